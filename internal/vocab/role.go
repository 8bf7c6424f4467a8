package vocab

// Role is who acts. The first five come with a token; the last three are the system itself.
type Role string

// The roles.
const (
	Buyer     Role = "BUYER"
	Merchant  Role = "MERCHANT"
	Warehouse Role = "WAREHOUSE"
	Support   Role = "SUPPORT"
	Platform  Role = "PLATFORM"
	Clock     Role = "CLOCK"   // a deadline that passed
	Channel   Role = "CHANNEL" // what a payment channel reported, by notice or by query
	System    Role = "SYSTEM"  // a consequence of another command
)

// Roles lists every role, viewers first.
var Roles = []Role{Buyer, Merchant, Warehouse, Support, Platform, Clock, Channel, System}

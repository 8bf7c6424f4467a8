package courier

// schema is the tables of parcels. Times are microseconds since 1970.
const schema = `
CREATE TABLE IF NOT EXISTS subscriptions (
	reference TEXT PRIMARY KEY, carrier TEXT NOT NULL, number TEXT NOT NULL,
	url TEXT NOT NULL, ended INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS events (
	seq INTEGER PRIMARY KEY, carrier TEXT NOT NULL, number TEXT NOT NULL,
	at INTEGER NOT NULL, stage TEXT NOT NULL, text TEXT NOT NULL, location TEXT NOT NULL,
	correction INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_of_parcel ON events (carrier, number);
CREATE TABLE IF NOT EXISTS interceptions (
	carrier TEXT NOT NULL, number TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,
	PRIMARY KEY (carrier, number)
) STRICT;
`

// Package seed fills a database with demo data: three shops with real-looking goods in Chinese and
// English, five warehouses, stock, promotions of every kind, coupons, member benefits, freight
// templates, buyers and staff. Production needs no seeding.
//
// It goes through the commands of the catalogue, as staff of the platform, so what it makes is what
// the API would have made.
//
// Invariant: what a code names already stays as it is, so seeding again changes nothing, also
// nothing that somebody has changed since.
package seed

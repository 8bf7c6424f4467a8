// Package migrate holds the tables as ent generates them and the versioned migrations that make
// them. Package store applies the migrations; the generated tables serve to write the next one.
package migrate

import "embed"

// Folders holds the versioned migrations, one folder per dialect.
//
//go:embed mysql sqlite
var Folders embed.FS

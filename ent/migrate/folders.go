package migrate

import "embed"

// Folders holds the versioned migrations, one folder per dialect.
//
//go:embed mysql sqlite
var Folders embed.FS

// Package ownfile makes what the program writes readable for its own user alone, whatever the umask
// says: files are 0600, folders 0700.
//
// It owns modes and nothing of what is in a file. A folder that is there keeps its mode, as it may
// be shared (/tmp); a file that is there is tightened. On systems without such modes nothing
// changes.
package ownfile

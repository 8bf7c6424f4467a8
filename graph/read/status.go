package read

import "slices"

// group is a group of statuses or actions.
type group[S comparable] []S

// Has reports whether a status or an action is in the group.
func (g group[S]) Has(s S) bool { return slices.Contains(g, s) }

package sandbox

// What a signature is for comes first in what it binds, so that none can be used as another.
const (
	forRequest = "request"
	forAnswer  = "answer"
	forNotice  = "notice"
)

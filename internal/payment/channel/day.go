package channel

import (
	"fmt"
	"time"
)

// Day is a day of a channel's calendar, as 2026-11-30.
type Day string

// BillTimes says when the bills of a channel are ready.
type BillTimes struct {
	// Zone is the time zone of the channel's days.
	Zone *time.Location
	// Ready is how long after the end of its day a bill is ready at the earliest.
	Ready time.Duration
}

// China is the time zone of the channels there.
var China = time.FixedZone("Asia/Shanghai", 8*60*60)

// DayOf is the day in which a time falls.
func (b BillTimes) DayOf(at time.Time) Day { return Day(at.In(b.Zone).Format(time.DateOnly)) }

// Bounds are the beginning of a day and that of the next.
func (b BillTimes) Bounds(day Day) (begin, end time.Time, err error) {
	begin, err = time.ParseInLocation(time.DateOnly, string(day), b.Zone)
	if err != nil {
		return begin, end, fmt.Errorf("channel: %w", err)
	}
	return begin.UTC(), begin.AddDate(0, 0, 1).UTC(), nil
}

package graph_test

import "testing"

func TestReviewsAreAddedToAndRepliedTo(t *testing.T) {
	t.Parallel()
	eachEnv(t, func(e *env) {
		review := e.reviewedItem()
		text := func(text string) vars { return vars{"review": review, "text": text} }
		e.expectRefusal(e.buyer, "appendReview", text(""), "INVALID_INPUT", "text")
		r := e.mutateOK(e.buyer, "appendReview", text("still good"), `review { appended appendedAt
			availableActions }`)
		e.expect(r, "still good", "appendReview", "review", "appended")
		e.expect(r, "[]", "appendReview", "review", "availableActions")
		e.expectRefusal(e.buyer, "appendReview", text("again"), "ACTION_NOT_ALLOWED", "")
		e.expectRefusal(e.merchant, "replyReview", text(" "), "INVALID_INPUT", "text")
		r = e.mutateOK(e.merchant, "replyReview", text("thank you"), "review { reply repliedAt }")
		e.expect(r, "thank you", "replyReview", "review", "reply")
		e.expectRefusal(e.merchant, "replyReview", text("again"), "ACTION_NOT_ALLOWED", "")
		r = e.must(e.otherBuyer, `{ reviews(filter: {replied: true}) { totalCount edges { node {
			rating appended reply } } } }`, nil)
		e.expect(r, "map[appended:still good rating:4 reply:thank you]",
			"reviews", "edges", 0, "node")
	})
}

package alerts

// englishSayings are the texts around what people do, in English.
var englishSayings = [sayingCount]string{
	SayAcknowledge: "Acknowledge",

	SayAcknowledged: "{customer}: you have it in hand now.",

	SayFirst:     "{customer}: not done, {who} was first. The task is {task} now.",
	SayUnfitting: "{customer}: not done, for the task is {task} now.",
	SayChanged:   "{customer}: not done, for the case has changed since the message that you saw. Look at it again: it is brought up to date in a moment.",
	SayOver:      "{customer}: not done, for that task is over. A message of its own tells of a new one.",
	SayRefused:   "{customer}: not done, for it does not fit the task as it stands.",
	SayFailed:    "{customer}: Tocsin could not do it. Try again in a moment; who runs it finds the reason in its log.",
	SayStranger:  "Nothing was done: Tocsin does not know who you are. Ask whoever runs it to name you under slack.people, as {id}.",
	SayForbidden: "Nothing was done: slack.people does not let {who} do this ({action}). Ask whoever runs Tocsin.",
	SayOldButton: "Nothing was done: this message is of another version of Tocsin. It has new buttons when its case changes next.",
}

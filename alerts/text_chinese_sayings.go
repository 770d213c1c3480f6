package alerts

// chineseSayings are the texts around what people do, in Chinese.
var chineseSayings = [sayingCount]string{
	SayAcknowledge: "确认",

	SayAcknowledged: "{customer} ：已确认，由您经办。",

	SayFirst:     "{customer} ：未执行， {who} 已先行处理，任务现为{task}。",
	SayUnfitting: "{customer} ：未执行，任务现为{task}。",
	SayChanged:   "{customer} ：未执行，您看到消息之后案件已有变化。消息稍后更新，请再看一遍。",
	SayOver:      "{customer} ：未执行，该任务已结束。如有新任务会另发消息。",
	SayRefused:   "{customer} ：未执行，与任务现状不符。",
	SayFailed:    "{customer} ：Tocsin 未能执行，请稍后再试。原因见运行日志，请联系管理员。",
	SayStranger:  "未执行：Tocsin 不认识您。请管理员在 slack.people 中以 {id} 登记您。",
	SayForbidden: "未执行：slack.people 未授权 {who} 此项操作（{action}）。请联系管理员。",
	SayOldButton: "未执行：该消息来自其他版本的 Tocsin，案件下次变化时会换上新按钮。",
}

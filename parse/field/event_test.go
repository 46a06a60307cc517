package field

import (
	"testing"

	"github.com/poslog/poslog/txn"
)

func TestEventFlags(t *testing.T) {
	for line, want := range map[string]txn.Flags{
		"接受服务器报文返回超时":                       txn.TimedOut,
		"[网络通信]连接目标服务器10.0.0.1端口5000超时时间30": 0,
		"连接超时，超时时间30":                       txn.TimedOut,
		"connect timeout=30000":             0,
		"socket.setSoTimeout(5000)":         0,
		"Timeout: 60":                       0,
		"read timeout after 60s":            txn.TimedOut,
		"SocketTimeoutException":            txn.TimedOut,
		"timeout=30, connection reset":      txn.Disconnected,
		"交易成功":                              0,
	} {
		if got := EventFlags(line); got != want {
			t.Errorf("%s: %v, want %v", line, got.Names(), want.Names())
		}
	}
}

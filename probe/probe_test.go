package probe

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func summary(ss []Sample) string {
	var b strings.Builder
	for _, s := range ss {
		fmt.Fprintf(&b, "%s %s %d/%d; ", s.At.UTC().Format("15:04:05"), s.Target, s.Received, s.Sent)
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func gbk(s string) string {
	b, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestRead(t *testing.T) {
	sh := time.FixedZone("", 8*3600)
	tests := []struct{ name, text, want string }{
		{"ping -D", "PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n[1795273200.100000] 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\n[1795273201.100000] 64 bytes from 10.1.2.3: icmp_seq=2 ttl=64 time=1.10 ms\n",
			"15:00:00 10.1.2.3 1/1; 15:00:01 10.1.2.3 1/1"},
		{"ping -D with a gap in the sequence", "PING front.example (10.1.2.3) 56(84) bytes of data.\n[1795273200.0] 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\n[1795273203.0] 64 bytes from 10.1.2.3: icmp_seq=4 ttl=64 time=9 ms\n--- front.example ping statistics ---\n",
			"15:00:00 front.example 1/1; 15:00:01 front.example 0/1; 15:00:02 front.example 0/1; 15:00:03 front.example 1/1"},
		{"ping -O", "PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n[1795273200.0] no answer yet for icmp_seq=1\n[1795273201.0] From 10.0.0.1 icmp_seq=2 Destination Host Unreachable\n",
			"15:00:00 10.1.2.3 0/1; 15:00:01 10.1.2.3 0/1"},
		{"ping | ts", "Nov 21 23:00:01 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\nNov 21 23:00:02 Request timeout for icmp_seq 2\n",
			"15:00:01 10.1.2.3 1/1; 15:00:02 10.1.2.3 0/1"},
		{"Windows in Chinese", "正在 Ping 10.1.2.3 具有 32 字节的数据:\n2026-11-21 23:00:01 来自 10.1.2.3 的回复: 字节=32 时间=12ms TTL=64\n2026-11-21 23:00:05 请求超时。\n",
			"15:00:01 10.1.2.3 1/1; 15:00:05 10.1.2.3 0/1"},
		{"tcping of Windows", "2026:11:21 23:00:01 Probing 10.1.2.3:443/tcp - Port is open - time=12.345ms \n2026:11:21 23:00:02 Probing 10.1.2.3:443/tcp - No response - time=2001.123ms \n2026:11:21 23:00:05 Probing 10.1.2.3:443/tcp - Port is closed - time=3.1ms \n",
			"15:00:01 10.1.2.3:443 1/1; 15:00:02 10.1.2.3:443 0/1; 15:00:05 10.1.2.3:443 0/1"},
		{"tcping", "2026-11-21 23:00:01 Reply from front.example (10.1.2.3) on port 443 TCP_conn=1 time=9.121 ms\n2026-11-21 23:00:02 No reply from front.example (10.1.2.3) on port 443 TCP_conn=2\n",
			"15:00:01 front.example:443 1/1; 15:00:02 front.example:443 0/1"},
		{"psping", "2026/11/21 23:00:01 Connecting to 10.1.2.3:443: from 10.0.0.5:50123: 12.34ms\n2026/11/21 23:00:02 Connecting to 10.1.2.3:443: This operation returned because the timeout period expired.\n",
			"15:00:01 10.1.2.3:443 1/1; 15:00:02 10.1.2.3:443 0/1"},
		{"hping", "Nov 21 23:00:01 len=46 ip=10.1.2.3 ttl=52 DF id=0 sport=443 flags=SA seq=0 win=14600 rtt=12.3 ms\nNov 21 23:00:03 len=46 ip=10.1.2.3 ttl=52 DF id=0 sport=443 flags=SA seq=2 win=14600 rtt=11.3 ms\n",
			"15:00:01 10.1.2.3 1/1; 15:00:02 10.1.2.3 0/1; 15:00:03 10.1.2.3 1/1"},
		{"a router of Cisco, below a time", "2026-11-21 23:00:01\nSending 10, 100-byte ICMP Echos to 10.1.2.3, timeout is 2 seconds:\n!!!!.!!!!!\nSuccess rate is 90 percent (9/10), round-trip min/avg/max = 11/12/15 ms\n",
			"15:00:01 10.1.2.3 9/10"},
		{"Windows in English", "Pinging 10.1.2.3 with 32 bytes of data:\n2026-11-21 23:00:01 Reply from 10.1.2.3: bytes=32 time<1ms TTL=64\n2026-11-21 23:00:05 Request timed out.\n",
			"15:00:01 10.1.2.3 1/1; 15:00:05 10.1.2.3 0/1"},
		{"Linux in Chinese, dates with an offset", "2026-11-21T23:00:01+0800 64 字节，来自 10.1.2.3: icmp_seq=1 ttl=64 时间=1.23 毫秒\n2026-11-21T23:00:02+0800 来自 10.0.0.1 icmp_seq=2 目标主机不可达\n",
			"15:00:01 10.1.2.3 1/1; 15:00:02 10.1.2.3 0/1"},
		{"GBK with weekdays", gbk("周六 2026/11/21 23:00:01.55 来自 10.1.2.3 的回复: 字节=32 时间=12ms TTL=64\r\n2026/11/21 周六 23:00:05.10: 请求超时。\r\n"),
			"15:00:01 10.1.2.3 1/1; 15:00:05 10.1.2.3 0/1"},
		{"UTF-16", "\xff\xfe2\x000\x002\x006\x00-\x001\x001\x00-\x002\x001\x00 \x002\x003\x00:\x000\x000\x00:\x000\x005\x00 \x00\xf7\x8b\x42\x6c\x85\x8d\xf6\x65\x02\x30\n\x00", "15:00:05  0/1"},
		{"date in front, sequence of busybox", "Sat Nov 21 23:00:01 CST 2026 64 bytes from 10.1.2.3: seq=0 ttl=64 time=1.2 ms\n2026年 11月 21日 星期六 23:00:03 CST 64 bytes from 10.1.2.3: seq=2 ttl=64 time=1.2 ms\n",
			"15:00:01 10.1.2.3 1/1; 15:00:02 10.1.2.3 0/1; 15:00:03 10.1.2.3 1/1"},
		{"ts with T, unreachable", "2026-11-21T23:00:01 PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n2026-11-21T23:00:02 ping: sendmsg: Network is unreachable\n", "15:00:02 10.1.2.3 0/1"},
		{"fping in rounds", "[1795273200.10] 10.1.2.3 is alive (1.2 ms)\n[1795273260.10] 10.1.2.3 is unreachable\n", "15:00:00 10.1.2.3 1/1; 15:01:00 10.1.2.3 0/1"},
		{"mtr with networks", "Start: 2026-11-21T23:00:00+0800\nHOST: shop                Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1. AS???    192.168.1.1    0.0%    10    0.5   0.6   0.4   0.9   0.1\n  2. AS4134   front.example (10.1.2.3)    60.0%    10   12.5  13.6  11.4  20.9   2.1\n",
			"15:00:00 front.example 4/10"},
		{"fping -D", "[1795273200.10] 10.1.2.3 : [0], 64 bytes, 1.23 ms (1.23 avg, 0% loss)\n[1795273201.10] 10.1.2.3 : [1], timed out (NaN avg, 50% loss)\n[1795273201.20] 10.9.9.9  : [1], 84 bytes, 0.5 ms (0.5 avg, 0% loss)\n",
			"15:00:00 10.1.2.3 1/1; 15:00:01 10.1.2.3 0/1; 15:00:01 10.9.9.9 1/1"},
		{"mtr report", "Start: 2026-11-21T23:00:00+0800\nHOST: shop                        Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1.|-- 192.168.1.1                0.0%    10    0.5   0.6   0.4   0.9   0.1\n  2.|-- 10.1.2.3                  60.0%    10   12.5  13.6  11.4  20.9   2.1\n",
			"15:00:00 10.1.2.3 4/10"},
		{"Test-NetConnection", "2026/11/21 23:00:00\n\nComputerName     : pay.example\nRemoteAddress    : 10.1.2.3\nRemotePort       : 8443\nTcpTestSucceeded : True\n\n2026/11/21 23:01:00\nWARNING: TCP connect to (10.1.2.3 : 8443) failed\n\nComputerName           : pay.example\nRemoteAddress          : 10.1.2.3\nRemotePort             : 8443\nPingSucceeded          : False\nPingReplyDetails (RTT) : 0 ms\nTcpTestSucceeded       : False\n\n2026/11/21 23:02:00\n\nRemoteAddress          : 10.1.2.3\nPingSucceeded          : True\n",
			"15:00:00 10.1.2.3:8443 1/1; 15:01:00 10.1.2.3:8443 0/1; 15:02:00 10.1.2.3 1/1"},
		{"mtr --csv", "Mtr_Version,Start_Time,Status,Host,Hop,Ip,Loss%,Snt, ,Last,Avg,Best,Wrst,StDev,\nMTR.0.93,1795273200,OK,10.1.2.3,1,192.168.1.1,0.00,10,0,0.5,0.6,0.4,0.9,0.1\nMTR.0.93,1795273200,OK,10.1.2.3,2,10.1.2.3,100.00,10,0,0,0,0,0,0\nMTR.0.93,1795273260,OK,10.1.2.3,1,192.168.1.1,0.00,10,0,0.5,0.6,0.4,0.9,0.1\n",
			"15:00:00 10.1.2.3 0/10; 15:01:00 10.1.2.3 10/10"},
		{"mtr --json", "{\n \"time\": \"2026-11-21T23:00:00+08:00\", \"report\": {\"mtr\": {\"dst\": \"10.1.2.3\", \"tests\": 10}, \"hubs\": [{\"Loss%\": 0.0, \"Snt\": 10, \"Avg\": 1}, {\"Loss%\": 20.0, \"Snt\": 10, \"Avg\": 5}]}}\n",
			"15:00:00 10.1.2.3 8/10"},
		{"mtr --json, run after run", "{\"time\": \"2026-11-21T23:00:00+08:00\", \"report\": {\"mtr\": {\"dst\": \"10.1.2.3\"}, \"hubs\": [{\"Loss%\": 20.0, \"Snt\": 10, \"Avg\": 5}]}}\n{\"time\": \"2026-11-21T23:05:00+08:00\", \"report\": {\"mtr\": {\"dst\": \"10.1.2.3\"}, \"hubs\": [{\"Loss%\": 100.0, \"Snt\": 10, \"Avg\": 5}]}}\n", "15:00:00 10.1.2.3 8/10; 15:05:00 10.1.2.3 0/10"},
		{"a time above each run of Windows, before ten", gbk("2026/11/21 周六  9:00:05.10\r\n\r\n正在 Ping 10.1.2.3 具有 32 字节的数据:\r\n来自 10.1.2.3 的回复: 字节=32 时间=12ms TTL=64\r\n请求超时。\r\n\r\n10.1.2.3 的 Ping 统计信息:\r\n    数据包: 已发送 = 2，已接收 = 1，丢失 = 1 (50% 丢失)，\r\n2026/11/21 周六 10:00:05.10\r\n正在 Ping 10.1.2.3 具有 32 字节的数据:\r\n请求超时。\r\n"),
			"01:00:05 10.1.2.3 1/1; 01:00:06 10.1.2.3 0/1; 02:00:05 10.1.2.3 0/1"},
		{"PowerShell", "2026/11/3 9:00:05 - 正在 Ping 10.1.2.3 具有 32 字节的数据:\n2026/11/3 9:00:05 - 请求超时。\n2026/11/3 9:00:09 - 来自 10.1.2.3 的回复: 字节=32 时间=12ms TTL=64\n", "01:00:05 10.1.2.3 0/1; 01:00:09 10.1.2.3 1/1"},
		{"runs of which one lost everything", "Nov 21 23:00:00 PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\nNov 21 23:00:01 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\nNov 21 23:00:01 1 packets transmitted, 1 received, 0% packet loss, time 0ms\nNov 21 23:01:00 PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\nNov 21 23:01:10 \nNov 21 23:01:10 --- 10.1.2.3 ping statistics ---\nNov 21 23:01:10 10 packets transmitted, 0 received, 100% packet loss, time 9200ms\n",
			"15:00:01 10.1.2.3 1/1; 15:01:10 10.1.2.3 0/10"},
		{"the same in Chinese, below a date", "2026年 11月 21日 星期六 23:01:00 CST\nPING 10.1.2.3 (10.1.2.3) 56(84) 字节的数据。\n\n--- 10.1.2.3 ping 统计 ---\n已发送 10 个包， 已接收 0 个包, 100% 包丢失, 耗时 9217 毫秒\n", "15:01:00 10.1.2.3 0/10"},
		{"runs that count anew", "PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n[1795273200.0] 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\nPING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n[1795273260.0] 64 bytes from 10.1.2.3: icmp_seq=3 ttl=64 time=9 ms\n", "15:00:00 10.1.2.3 1/1; 15:01:00 10.1.2.3 1/1"},
		{"two runs in one log", "[1795273200.0] 64 bytes from 10.1.2.3: icmp_seq=5 ttl=64 time=1.23 ms\n[1795273200.5] 64 bytes from 10.1.2.3: icmp_seq=60000 ttl=64 time=9 ms\n[1795273201.0] 64 bytes from 10.1.2.3: icmp_seq=6 ttl=64 time=1.23 ms\n", "15:00:00 10.1.2.3 1/1; 15:00:00 10.1.2.3 1/1; 15:00:01 10.1.2.3 1/1"},
		{"fping -Q", "2026-11-21 23:00:00 10.1.2.3 : xmt/rcv/%loss = 60/58/3%, min/avg/max = 0.5/1.0/2.0\n2026-11-21 23:01:00 10.1.2.3 : xmt/rcv/%loss = 60/0/100%\n", "15:00:00 10.1.2.3 58/60; 15:01:00 10.1.2.3 0/60"},
		{"mtr reports, one of which does not get there", "Start: 2026-11-21T23:00:00+0800\nHOST: shop        Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1.|-- 192.168.1.1   0.0%    10    0.5   0.6   0.4   0.9   0.1\n  2.|-- 10.1.2.3      0.0%    10   12.5  13.6  11.4  20.9   2.1\nStart: 2026-11-21T23:05:00+0800\nHOST: shop        Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1.|-- 192.168.1.1   0.0%    10    0.5   0.6   0.4   0.9   0.1\n  2.|-- ???          100.0    10    0.0   0.0   0.0   0.0   0.0\n",
			"15:00:00 10.1.2.3 10/10; 15:05:00 10.1.2.3 0/10"},
		{"mtr report with more than all lost", "Start: 2026-11-21T23:00:00+0800\nHOST: shop        Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1.|-- 10.1.2.3      130.0%    10   12.5  13.6  11.4  20.9   2.1\n", "15:00:00 10.1.2.3 0/10"},
		{"mtr report of an old version below a date", "Sat Nov 21 23:00:00 CST 2026\nHOST: shop        Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1. 192.168.1.1   0.0%    10    0.5   0.6   0.4   0.9   0.1\n  2. 10.1.2.3     10.0%    10   12.5  13.6  11.4  20.9   2.1\n", "15:00:00 10.1.2.3 9/10"},
		{"mtr --json below a date", "2026-11-21T23:00:00+08:00\n{\n    \"report\": {\n        \"mtr\": {\"src\": \"shop\", \"dst\": \"10.1.2.3\", \"tests\": 10},\n        \"hubs\": [{\"Loss%\": 20.0, \"Snt\": 10, \"Avg\": 5}]\n    }\n}\n", "15:00:00 10.1.2.3 8/10"},
		{"mtr --raw, the second run does not get there", "2026-11-21T23:00:00+08:00\nx 0 33000\nh 0 192.168.1.1\np 0 1409 33000\nx 1 33001\nh 1 10.1.2.3\nd 1 front.example\np 1 12365 33001\nx 2 33002\nh 2 10.1.2.3\np 2 12400 33002\nx 0 33003\np 0 1300 33003\nx 1 33004\n" +
			"2026-11-21T23:05:00+08:00\nx 0 33000\nh 0 192.168.1.1\np 0 1409 33000\nx 1 33001\nx 2 33002\n", "15:00:00 10.1.2.3 1/2; 15:05:00 10.1.2.3 0/1"},
		{"mtr --csv with semicolons", "MTR.0.85;1795273200;OK;10.1.2.3;1;192.168.1.1;0.00;10;0;0.5\nMTR.0.85;1795273200;OK;10.1.2.3;2;10.1.2.3;50.00;10;0;0.5\n", "15:00:00 10.1.2.3 5/10"},
		{"blackbox", "ts=2026-11-21T15:00:00.5Z caller=main.go:181 module=tcp_connect target=10.1.2.3:443 level=info msg=\"Beginning probe\" probe=tcp\nts=2026-11-21T15:00:01.5Z caller=main.go:181 module=tcp_connect target=10.1.2.3:443 level=error msg=\"Probe failed\" duration_seconds=5.0\nts=2026-11-21T15:00:16Z target=10.1.2.3:443 msg=\"Probe succeeded\" duration_seconds=0.01\n",
			"15:00:01 10.1.2.3:443 0/1; 15:00:16 10.1.2.3:443 1/1"},
		{"blackbox as JSON", `{"time":"2026-11-21T15:00:01Z","target":"10.1.2.3:443","msg":"Probe failed"}` + "\n", "15:00:01 10.1.2.3:443 0/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ss, err := Read("p.log", strings.NewReader(tt.text), Options{Zone: sh, Year: 2026})
			if err != nil {
				t.Fatal(err)
			}
			if got := summary(ss); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ text, want string }{
		{"hello\n", "no probe was recognised"},
		{"64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\n", "no time on its lines"},
		{"Nov 21 23:00:01 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\n", "have no year: say it with --year"},
		{"x 0 33000\nh 0 10.1.2.3\np 0 1409 33000\n", "no time on its lines"},
		{"{\"a\": 1}\n", "report.hubs"},
		{"{\n\"report\": {\n", "not the JSON of mtr"},
		{"{\n" + strings.Repeat("\"a}\\\"{\": {\"b\": 1\n},\n", 200_000) + "\"c\": 1\n}\n", "JSON without report.hubs"},
		{"2026-11-21T23:00:00+08:00\nPING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n" + strings.Repeat("64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\n", 30), "p.log:23: more than 20 tries below one time"},
	} {
		if _, err := Read("p.log", strings.NewReader(tt.text), Options{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestRun probes this machine only: an open port, a TLS server and a port that
// was just closed. What it writes, Read reads.
func TestRun(t *testing.T) {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	go func() {
		for {
			c, err := plain.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	shut, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := shut.Addr().String()
	shut.Close()

	var log strings.Builder
	collect := func(s Sample) { fmt.Fprintln(&log, s) }
	if err := Run(context.Background(), []string{plain.Addr().String(), closed}, Plan{Count: 2, Interval: 100 * time.Millisecond, Timeout: time.Second}, collect); err != nil {
		t.Fatal(err)
	}
	if err := Run(context.Background(), []string{secure.Listener.Addr().String()}, Plan{Count: 1, TLS: true}, collect); err != nil {
		t.Fatal(err)
	}
	ss, err := Read("own.log", strings.NewReader(log.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	up, down, handshakes := 0, 0, 0
	for _, s := range ss {
		switch {
		case s.Stage == "tls" && s.OK() && s.Latency > 0 && strings.HasPrefix(s.Err, "certificate"):
			handshakes++
		case s.OK():
			up++
		case s.Target == closed && s.Err != "":
			down++
		}
	}
	if up != 2 || down != 2 || handshakes != 1 {
		t.Errorf("%d up, %d down, %d handshakes:\n%s", up, down, handshakes, log.String())
	}
}

func TestRunIsBounded(t *testing.T) {
	for _, tt := range []struct {
		targets []string
		plan    Plan
		want    string
	}{
		{nil, Plan{}, "targets"}, {[]string{"127.0.0.1"}, Plan{}, "HOST:PORT"}, {[]string{":80"}, Plan{}, "HOST:PORT"},
		{[]string{"127.0.0.1:99999"}, Plan{}, "no port"}, {[]string{"127.0.0.1:0"}, Plan{}, "no port"}, {[]string{"127.0.0.1:1"}, Plan{Count: 1e6}, "count"},
		{[]string{"127.0.0.1:1"}, Plan{Interval: time.Millisecond}, "load"}, {[]string{"127.0.0.1:1"}, Plan{Timeout: time.Hour}, "time-out"},
	} {
		if err := Run(context.Background(), tt.targets, tt.plan, func(Sample) { t.Error("probed") }); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v", tt, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Run(ctx, []string{"127.0.0.1:1"}, Plan{}, func(Sample) { t.Error("probed after the end") }); err != context.Canceled {
		t.Error(err)
	}
}

func TestOutages(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var ss []Sample
	for i, ok := range []int{1, 0, 0, 0, 1, 0, 1, 0, 0} {
		ss = append(ss, Sample{At: at(i), Target: "a", Sent: 1, Received: ok}, Sample{At: at(i), Target: "b", Sent: 1, Received: 1})
	}
	os := Outages(ss, 2)
	if len(os) != 2 || os[0].Lost != 3 || os[0].From != at(1) || os[0].To != at(4) || os[0].Open || os[0].LastBefore != at(0) || !os[1].Open || os[1].Lost != 2 {
		t.Errorf("%+v", os)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("PING 10.1.2.3 (10.1.2.3) 56(84) bytes of data.\n[1795273200.0] 64 bytes from 10.1.2.3: icmp_seq=1 ttl=64 time=1.23 ms\n[1795273203.0] 64 bytes from 10.1.2.3: icmp_seq=4 ttl=64 time=9 ms\n")
	f.Add("MTR.0.93,1795273200,OK,10.1.2.3,1,192.168.1.1,0.00,10,0,0.5\n")
	f.Add("ts=2026-11-21T15:00:01.5Z target=10.1.2.3:443 msg=\"Probe failed\"\n")
	f.Add("Start: 2026-11-21T23:00:00+0800\n  2.|-- 10.1.2.3                  60.0%    10   12.5\n")
	f.Fuzz(func(t *testing.T, text string) {
		ss, err := Read("f", strings.NewReader(text), Options{Year: 2026})
		if err == nil && len(ss) == 0 {
			t.Error("neither samples nor an error")
		}
		Outages(ss, 1)
	})
}

// TestReached: a host that refuses is up, and the line to it works.
func TestReached(t *testing.T) {
	for line, want := range map[string]int{
		`ts=2026-11-21T15:00:00Z target=10.1.2.3:8443 stage=tcp ok=true duration_seconds=0.02`:                    1,
		`ts=2026-11-21T15:00:00Z target=10.1.2.3:8443 stage=tcp ok=false err="time-out"`:                          0,
		`ts=2026-11-21T15:00:00Z target=10.1.2.3:8443 stage=tcp ok=false err="connect: no route to host"`:         0,
		`ts=2026-11-21T15:00:00Z target=10.1.2.3:8443 stage=tcp ok=false err="connect: connection refused"`:       1,
		`ts=2026-11-21T15:00:00Z target=10.1.2.3:8443 stage=tcp ok=false err="read: connection reset by peer"`:    1,
		`ts=2026-11-21T15:00:00Z target=10.1.2.3:8443 stage=tls ok=false err="tls: first record is no handshake"`: 1,
	} {
		s, err := Read("p.log", strings.NewReader(line), Options{})
		if err != nil || len(s) != 1 || s[0].Reached() != want {
			t.Errorf("%s: %+v, %v, want %d reached", line, s, err, want)
		}
	}
}

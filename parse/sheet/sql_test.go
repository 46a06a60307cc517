package sheet

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// grids writes all rows of a text, sheet by sheet.
func grids(t *testing.T, text string) string {
	t.Helper()
	b, err := Open(Input{Name: "x.sql", Head: []byte(text), R: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, s := range b.Sheets {
		rows, err := s.Rows()
		if err != nil {
			t.Fatal(err)
		}
		var r Row
		for err = rows.Next(&r); err == nil; err = rows.Next(&r) {
			fmt.Fprintf(&out, "%s!%d", s.Name, r.Line)
			for _, c := range r.Cells {
				out.WriteString("|" + c.Text)
			}
			out.WriteByte('\n')
		}
		if err != io.EOF {
			t.Fatal(err)
		}
	}
	return out.String()
}

// Dumps of the usual databases and of the programs that show them.
func TestSQL(t *testing.T) {
	for text, want := range map[string]string{
		"-- MySQL dump\nINSERT INTO `t` (`id`,`amt`,`msg`) VALUES (1,-100.50,'it''s; \\'(no)\\''),(2,NULL,'b')\n,(3,1,'');\nINSERT INTO `t` (`id`,`amt`,`msg`) VALUES (4,2,'c');\n":                                                                                                                                 "t!1|id|amt|msg\nt!2|1|-100.50|it's; '(no)'\nt!3|2||b\nt!4|3|1|\nt!5|4|2|c\n",
		"/* Navicat */\nCREATE TABLE IF NOT EXISTS `t`  (\n  `id` int(11) NOT NULL COMMENT '编号;(1)',\n  `amt` decimal(12, 2) NULL,\n  PRIMARY KEY (`id`) USING BTREE,\n  INDEX `i`(`amt`)\n) ENGINE = InnoDB;\nINSERT INTO `t` VALUES (1, 2.50);\nINSERT INTO `u` VALUES (9);\nINSERT INTO `t` VALUES (2, 3.50);\n": "t!1|id|amt\nt!2|1|2.50\nt!3|2|3.50\nu!1|9\n",
		"prompt PL/SQL Developer\ninsert into POS.T (AT, AMT)\nvalues (to_date('05-06-2026 09:15:12', 'dd-mm-yyyy hh24:mi:ss'), 1.5);\ninsert into POS.T (AT, AMT)\nvalues (to_timestamp('2026/6/5 9:15', 'yyyy/mm/dd hh24:mi'), -20);\ncommit;\n":                                                                  "T!1|AT|AMT\nT!2|2026-06-05 09:15:12|1.5\nT!3|2026-06-05 09:15|-20\n",
		"SET IDENTITY_INSERT [dbo].[T] ON\nINSERT [dbo].[T] ([At], [Amt], [Kind]) VALUES (CAST(N'2026-11-20T09:15:12.000' AS DateTime), CAST(-100.50 AS Decimal(18, 2)), N'消费')\nINSERT [dbo].[T] ([At], [Amt], [Kind]) VALUES (NULL, 1, N'退货')\nGO\n":                                                              "T!1|At|Amt|Kind\nT!2|2026-11-20T09:15:12.000|-100.50|消费\nT!3||1|退货\n",
		"CREATE TABLE public.t (\n id bigint\n);\nCOPY public.t (id, amt) FROM stdin;\n1\t2.50\n2\t\\N\n\\.\nSELECT 1;\nCOPY public.u (a) FROM stdin;\nx\n\\.\n":                                                                                                                                                    "t!1|id|amt\nt!2|1|2.50\nt!3|2|\nu!1|a\nu!2|x\n",
		"insert into t (a) values (1);\ninsert into t (a, b) values (1, 2);\n":    "t!1|a\nt!2|1\nt!3|a|b\nt!4|1|2\n",
		"insert into t (a) values ('cut in the mid":                               "t!1|a\nt!2|cut in the mid\n",
		"insert into t (a) values (1), (\nvalues copy insert create table ((((`'": "t!1|a\nt!2|1\nt!3|copy\n",
	} {
		if got := grids(t, text); got != want {
			t.Errorf("%s\n%s\nwant\n%s", text, got, want)
		}
	}
	for _, text := range []string{"time,text\n2026-11-20,insert into t (a) values (1)\n", "2026-11-20 08:15:32 insert into t (a) values (?)\n"} {
		if isSQL([]byte(text)) {
			t.Errorf("%s is no dump", text)
		}
	}
}

// No table has so many columns that looking through them takes long.
func TestSQLOfManyColumns(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("a,", 200_000), ",")
	for _, text := range []string{
		"insert into t (" + many + ") values (1);\n",
		"create table t (" + many + ", b int comment 'x');\n" + strings.Repeat("insert into t values (1);\n", 2000),
	} {
		start := time.Now()
		if grids(t, text); time.Since(start) > 3*time.Second {
			t.Errorf("%.20s: %v", text, time.Since(start))
		}
	}
}

package parse

import (
	"strings"
	"testing"
)

// Lines that Python printed are read as JSON.
func TestPythonObjects(t *testing.T) {
	for _, line := range []string{
		`{'time': '2026-11-20 08:15:32', 'tid': '10000001', 'amount': 12.5, 'rc': 'B4', 'ok': False, 'note': None, 'msg': "it's down"}`,
		`{u'time': datetime.datetime(2026, 11, 20, 8, 15, 32, tzinfo=None), u'tid': u'10000001', u'amount': Decimal('12.50'), u'rc': u'B4', u'ok': False}`,
		`OrderedDict({'time': '2026-11-20 08:15:32', 'terminal': {'tid': '10000001'}, 'amount': '12.50', 'rc': 'B4', 'path': 'c:\\pos\'s'})`,
	} {
		_, list := readOne(t, "python.log", strings.Repeat(line+"\n", 3))
		if len(list) != 3 || list[0].Code != "B4" || list[0].Amount != 12_50 || list[0].At.Time().UTC().Format("04:05") != "15:32" {
			t.Errorf("%s: %d records %+v", line, len(list), list)
		}
	}
}

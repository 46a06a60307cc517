// Joins the two files with DuckDB: node bench-reconcile.mjs APPROVALS SETTLE
import { DuckDBInstance } from '@duckdb/node-api';
const [approvals, settle] = process.argv.slice(2);
const db = await (await DuckDBInstance.create(':memory:')).connect();
const csv = (f) => `read_csv('${f}', header=true, all_varchar=true, delim=',', quote='"', escape='"')`;
const r = await db.runAndReadAll(`
with t as (select 终端号 tid, 参考号 rrn, cast(金额 as decimal(12,2)) a from ${csv(approvals)}),
     s as (select 终端号 tid, 参考号 rrn, cast(交易金额 as decimal(12,2)) a from ${csv(settle)})
select count(*) filter (t.a = s.a) m, count(*) filter (t.a <> s.a) d,
       count(*) filter (s.a is null) x, count(*) filter (t.a is null) e
from t full join s on t.tid = s.tid and t.rrn = s.rrn`);
const [m, d, x, e] = r.getRows()[0].map(Number);
console.log(JSON.stringify({ Matched: m, Differs: d, Missing: x, Extra: e }));

// Runs one query with DuckDB: node duckdb.mjs SQL
import { DuckDBInstance } from '@duckdb/node-api';
const db = await (await DuckDBInstance.create(':memory:')).connect();
console.log((await db.runAndReadAll(process.argv[2])).getRows().map(String).join('\n'));

// The part of better-sqlite3's interface that the personal data server uses, on the SQLite that Node itself carries:
// so that running the server needs neither a compiler nor a download of a built binary.
import { DatabaseSync } from 'node:sqlite'

class Statement {
  constructor(statement) {
    this.statement = statement
    this.reader = statement.columns().length > 0
  }
  all(parameters = []) {
    return this.statement.all(...parameters.map(plain)).map(buffers)
  }
  run(parameters = []) {
    return this.statement.run(...parameters.map(plain))
  }
  *iterate(parameters = []) {
    for (const row of this.statement.iterate(...parameters.map(plain))) yield buffers(row)
  }
}

const plain = (value) => (value === undefined ? null : value)

// better-sqlite3 gives Buffers, Node gives Uint8Arrays; the server compares and decodes them as Buffers.
function buffers(row) {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof Uint8Array) row[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  return row
}

export default class Database {
  constructor(location, options = {}) {
    this.database = new DatabaseSync(location, { timeout: options.timeout ?? 5000, enableForeignKeyConstraints: false })
  }
  prepare(sql) {
    return new Statement(this.database.prepare(sql))
  }
  pragma(text) {
    return this.database.prepare(`PRAGMA ${text}`).all()
  }
  close() {
    this.database.close()
  }
}

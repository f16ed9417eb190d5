// A personal data server (@atproto/pds) on loopback, with a directory of identities of its own beside it: nothing
// leaves the machine. Arguments: a folder for its data. It writes one line of JSON when it is ready, and ends when
// its standard input is closed.
import { createServer } from 'node:http'
import { registerHooks } from 'node:module'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'better-sqlite3') return next(specifier, context)
    return { url: new URL('./sqlite.mjs', import.meta.url).href, shortCircuit: true }
  },
})

const plc = await import('@did-plc/lib')
const operations = new Map() // did → operations in order

const directory = createServer(async (request, response) => {
  const [did, part] = decodeURIComponent(request.url).slice(1).split('/')
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  if (request.method === 'POST') {
    let text = ''
    for await (const piece of request) text += piece
    const log = operations.get(did) ?? []
    log.push(JSON.parse(text))
    await plc.validateOperationLog(did, log)
    operations.set(did, log)
    return answer(200, {})
  }
  const log = operations.get(did)
  if (!log) return answer(404, { message: `DID not registered: ${did}` })
  if (part === 'log') return answer(200, request.url.endsWith('/last') ? log.at(-1) : log)
  const data = plc.opToData(did, log.at(-1))
  return answer(200, part === 'data' ? data : plc.formatDidDoc(data))
})
await new Promise((ready) => directory.listen(0, '127.0.0.1', ready))

const free = await new Promise((found) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => found(port))
  })
})
mkdirSync(join(folder, 'blobs'), { recursive: true })
Object.assign(process.env, {
  NODE_ENV: 'test',
  PDS_DEV_MODE: 'true',
  PDS_PORT: String(free),
  PDS_HOSTNAME: 'localhost',
  PDS_DATA_DIRECTORY: folder,
  PDS_BLOBSTORE_DISK_LOCATION: join(folder, 'blobs'),
  PDS_DID_PLC_URL: `http://127.0.0.1:${directory.address().port}`,
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_INVITE_REQUIRED: 'false',
  PDS_DISABLE_SSRF_PROTECTION: 'true',
  PDS_RATE_LIMITS_ENABLED: 'true',
  PDS_JWT_SECRET: 'a secret of this test alone',
  PDS_ADMIN_PASSWORD: 'a password of this test alone',
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: '11'.repeat(32),
  LOG_ENABLED: 'false',
})
const { PDS, envToCfg, envToSecrets, readEnv } = await import('@atproto/pds')
const env = readEnv()
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()
process.stdout.write(JSON.stringify({ url: `http://localhost:${free}` }) + '\n')
process.stdin.resume()
process.stdin.on('end', async () => {
  await pds.destroy()
  directory.close()
  process.exit(0)
})

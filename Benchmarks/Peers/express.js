// Two of Storytime's routes as one writes them with Express, node-redis and node-postgres: a story through a cache, and a
// child that finishes a story, in one transaction with an event in an outbox. Same tables, same statements, same checks.
//
//   KEYS=<JWKS> node express.js DATABASE_URL REDIS_SOCKET WORKERS POOL
//
// Prints its port once it listens. WORKERS processes share it, each with POOL connections to Postgres.
'use strict'
const cluster = require('cluster')
const crypto = require('crypto')
const express = require('express')
const { Pool } = require('pg')
const { createClient } = require('redis')

const [databaseURL, redisSocket, workers, pool] = process.argv.slice(2)
const database = new Pool({ connectionString: databaseURL, max: Number(pool) })
const cache = createClient({ socket: { path: redisSocket } })
const keys = new Map(
  JSON.parse(process.env.KEYS).keys.map((jwk) => [jwk.kid, crypto.createPublicKey({ key: jwk, format: 'jwk' })])
)

// What the cache holds of a key, or what `load` brings and the cache shall hold for five minutes.
async function cached(key, load) {
  const known = await cache.get(key)
  if (known !== null) return known
  const text = JSON.stringify(await load())
  await cache.set(key, text, { EX: 300 })
  return text
}

async function story(id) {
  const { rows } = await database.query(
    `SELECT story.id, slug, title, cover_image_url AS "coverImageUrl", language, age_min AS "ageMin",
            age_max AS "ageMax", category, ai_generated AS "aiGenerated", recommended,
            duration_seconds AS "durationSeconds", created_at AS "createdAt", description, origin, season,
            background_color AS "backgroundColor", word_count AS "wordCount",
            ARRAY(SELECT theme FROM stories.story_theme WHERE story = story.id ORDER BY theme) AS themes,
            paragraphs AS text,
            (SELECT coalesce(json_agg(json_build_object('question', question, 'options', options) ORDER BY position), '[]')
             FROM stories.question WHERE question.story = story.id) AS questions
     FROM stories.story AS story JOIN stories.story_text ON story_text.story = story.id
     WHERE story.id = $1 AND deleted_at IS NULL`, [id])
  return rows[0] ?? null
}

// Lets those pass whose token is signed by us and good, and whose session lives.
async function authenticated(request, response, next) {
  const [header, payload, signature] = (request.get('authorization') ?? '').replace(/^Bearer /, '').split('.')
  const decoded = (part) => JSON.parse(Buffer.from(part ?? '', 'base64url'))
  let claims
  try {
    const key = { key: keys.get(decoded(header).kid), dsaEncoding: 'ieee-p1363' }
    const isSigned = crypto.verify('sha256', `${header}.${payload}`, key, Buffer.from(signature, 'base64url'))
    claims = isSigned ? decoded(payload) : null
  } catch {
    claims = null
  }
  if (claims === null || claims.exp <= Date.now() / 1000) return response.sendStatus(401)
  const { rows } = await database.query(
    `SELECT a.role FROM auth.session s JOIN auth.account a ON a.id = s.account
     WHERE s.id = $1 AND s.account = $2 AND s.ended_at IS NULL AND s.expires_at > now()`, [claims.sid, claims.sub])
  if (rows.length === 0) return response.sendStatus(401)
  request.user = claims.sub
  next()
}

// Runs `body` in a transaction.
async function transaction(body) {
  const client = await database.connect()
  try {
    await client.query('BEGIN')
    const result = await body(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

// Takes one from the family's allowance of the day; whoever has used it up learns when there is more.
async function takeFromAllowance(client, parent, timeZone) {
  const taken = await client.query(
    `WITH plan AS (
         SELECT coalesce((SELECT stories_per_day FROM stories.entitlement WHERE parent = $1), 1) AS stories
     )
     INSERT INTO stories.begun AS today (parent, day, stories)
     SELECT $1, (now() AT TIME ZONE $2)::date, 1 FROM plan WHERE plan.stories > 0
     ON CONFLICT (parent, day) DO UPDATE SET stories = today.stories + 1
     WHERE today.stories < (SELECT stories FROM plan)`, [parent, timeZone])
  if (taken.rowCount === 0) throw Object.assign(new Error('no more stories today'), { status: 403 })
}

function complete(kid, story, parent, seconds, timeZone) {
  return transaction(async (client) => {
    const { rows: [reading] } = await client.query(
      `INSERT INTO stories.reading (kid, story, parent, percent, seconds, begun_at, read_at, completed_at)
       SELECT $1, id, $2, 100, $3, now(), now(), now() FROM stories.story WHERE id = $4 AND deleted_at IS NULL
       ON CONFLICT (kid, story) DO UPDATE
       SET percent = 100, seconds = reading.seconds + excluded.seconds, read_at = excluded.read_at,
           completed_at = excluded.completed_at
       WHERE reading.completed_at IS NULL
       RETURNING kid, story, percent, seconds, begun_at AS "begunAt", read_at AS "readAt",
                 completed_at AS "completedAt", xmax = 0 AS "isBegun",
                 (SELECT category FROM stories.story WHERE id = reading.story) AS category`,
      [kid, parent, seconds, story])
    if (reading === undefined) throw Object.assign(new Error('finished before'), { status: 409 })
    const { category, isBegun, ...body } = reading
    if (isBegun) await takeFromAllowance(client, parent, timeZone)
    const event = { story, kid, parent, category, seconds: Number(body.seconds), completedAt: body.completedAt }
    const id = crypto.randomUUID()
    await client.query(
      `INSERT INTO events.event (id, name, version, key, slot, payload, actor, request_id, correlation_id)
       VALUES ($1, 'stories.story-completed', 1, $2, 0, $3, $4, $5, $1)`,
      [id, `kid:${kid}`, event, `user:${parent}`, crypto.randomUUID()])
    return { ...body, seconds: event.seconds, first: true }
  })
}

const handling = (handler) => (request, response, next) => handler(request, response, next).catch(next)
const app = express()
app.use(express.json())

app.get('/v1/stories/:story', handling(async (request, response) => {
  const body = await cached(`story:${request.params.story}`, () => story(request.params.story))
  if (body === 'null') return response.sendStatus(404)
  response.type('json').send(body)
}))

app.post('/v1/kids/:kid/stories/:story/completion', handling(authenticated), handling(async (request, response) => {
  const { kid, story } = request.params
  const { rows: [home] } = await database.query(
    `SELECT coalesce((SELECT time_zone FROM families.family WHERE family.parent_id = kid.parent_id), 'UTC') AS zone
     FROM families.kid WHERE id = $1 AND parent_id = $2 AND deleted_at IS NULL`, [kid, request.user])
  if (home === undefined) return response.sendStatus(404)
  response.json(await complete(kid, story, request.user, request.body.seconds ?? 0, home.zone))
}))

async function serve() {
  await cache.connect()
  const listener = app.listen(0, '127.0.0.1', () => {
    if (cluster.isPrimary) console.log(listener.address().port)
  })
}

if (cluster.isPrimary && Number(workers) > 1) {
  for (let worker = 0; worker < Number(workers); worker++) cluster.fork()
  let listening = 0
  cluster.on('listening', (_, address) => {
    listening += 1
    if (listening === Number(workers)) console.log(address.port)
  })
} else {
  serve()
}

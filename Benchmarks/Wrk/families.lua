-- Families at home, of whom four in five requests only read: wrk -t1 -s families.lua URL -- FAMILIES STORIES
--
-- FAMILIES is a file with a line `token kid` a family; STORIES one with an identifier a line. Each family reads on in one
-- story, which is within every plan.
dofile("Benchmarks/Wrk/report.lua")

local families, stories = {}, {}
local zones = { "Europe/Berlin", "Europe/Lisbon" }
local json = "application/json"

function init(arguments)
   math.randomseed(7)
   for line in io.lines(arguments[1]) do
      local token, kid = line:match("(%S+) (%S+)")
      table.insert(families, { bearer = "Bearer " .. token, kid = "/v1/kids/" .. kid })
   end
   for line in io.lines(arguments[2]) do table.insert(stories, "/v1/stories/" .. line) end
end

local function get(path, family)
   return wrk.format("GET", path, { ["Authorization"] = family and family.bearer })
end

local function send(method, path, family, body)
   return wrk.format(method, path, { ["Authorization"] = family.bearer, ["Content-Type"] = json }, body)
end

function request()
   local number = math.random(#families)
   local family, dice = families[number], math.random(100)
   local own = family.kid .. stories[(number - 1) % #stories + 1]:sub(#"/v1" + 1)
   if dice <= 25 then return get(stories[math.random(#stories)]) end
   if dice <= 40 then return get("/v1/stories?limit=20&age=" .. math.random(3, 9)) end
   if dice <= 45 then return get("/v1/categories") end
   if dice <= 60 then return get("/v1/kids", family) end
   if dice <= 70 then return get("/v1/family", family) end
   if dice <= 80 then return get(family.kid .. "/achievements", family) end
   if dice <= 96 then return send("PUT", own .. "/progress", family, '{"percent":50,"seconds":15}') end
   if dice <= 99 then return send("POST", own .. "/completion", family, '{"seconds":15}') end
   return send("PUT", "/v1/family", family, '{"timeZone":"' .. zones[math.random(2)] .. '"}')
end

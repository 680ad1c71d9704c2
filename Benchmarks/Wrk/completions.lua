-- Children finish stories, each story once: wrk -t1 -s completions.lua URL -- FAMILIES NUMBER
--
-- FAMILIES is a file with a line `token kid` a family. Stories are numbered; neighbouring requests are of different
-- families, and NUMBER is where to begin.
dofile("Benchmarks/Wrk/report.lua")

local families, number = {}, 0

function init(arguments)
   for line in io.lines(arguments[1]) do
      local token, kid = line:match("(%S+) (%S+)")
      table.insert(families, {
         path = "/v1/kids/" .. kid .. "/stories/0190f2a4-5b3c-7d1e-8000-%012x/completion",
         headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" },
      })
   end
   number = tonumber(arguments[2])
end

function request()
   local family = families[number % #families + 1]
   local path = string.format(family.path, math.floor(number / #families))
   number = number + 1
   return wrk.format("POST", path, family.headers, '{"seconds":60}')
end

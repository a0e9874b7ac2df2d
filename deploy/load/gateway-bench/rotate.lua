-- For wrk: every request shows the token of the next person, and the last line of the output is the outcome as JSON.
-- wrk … -s rotate.lua URL -- FILE-OF-TOKENS

local threads = 0
local requests = {}
local position = 0

-- Each thread begins with another person, or all would ask about the same one at a time.
function setup(thread)
    thread:set("offset", threads * 7)
    threads = threads + 1
end

function init(arguments)
    for token in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
    end
    position = offset
end

function request()
    position = position + 1
    return requests[position % #requests + 1]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"per_second":%.1f,"p50_us":%d,"p99_us":%d,"errors":%d}\n',
        summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout
    ))
end

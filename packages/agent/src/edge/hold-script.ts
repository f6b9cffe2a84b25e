import { doorBackend, doorTable, lateMs, stood } from './edge-door.ts'

/**
 * Two actions that make a request wait instead of being refused: for the door, and for the first instance of its app. Each
 * holds it no longer than `most_ms` in all, and no more than `most_held` requests at once; what is left over gets the page.
 * A worker that is being replaced lets all go on, to its successor.
 */
export const holdScript = `-- Written by Berth's agent; changes are lost.
local step_ms, most_ms, most_held = 100, 11000, 1000
local held = 0

-- The request of a client that went away may never come back from its sleep: then its place is given up when it is collected.
local place_of_nobody = {
  __gc = function(place)
    if place.is_taken then held = held - 1 end
  end,
}

local function take_place()
  held = held + 1
  return setmetatable({ is_taken = true }, place_of_nobody)
end

local function leave(place)
  place.is_taken = false
  held = held - 1
end

local function hold(txn, may_go)
  if held >= most_held then return end
  local place = take_place()
  local spent_ms = txn:get_var("txn.held_ms") or 0
  while spent_ms < most_ms and not may_go(txn) do
    core.msleep(step_ms)
    spent_ms = spent_ms + step_ms
  end
  txn:set_var("txn.held_ms", spent_ms)
  leave(place)
end

-- Versions differ in what a truth is in Lua.
local function is_true(sample)
  return sample == true or sample == 1
end

local function is_late(txn)
  local ticked_ms = txn:get_var("proc.ticked_ms")
  return ticked_ms ~= nil and txn.f:date(0, "ms") - ticked_ms > ${lateMs}
end

local function is_open(txn)
  if is_true(txn.f:stopping()) then return true end
  if is_late(txn) or is_true(txn.c:in_table("${stood}", "${doorTable}")) then return false end
  return txn.f:nbsrv("${doorBackend}") > 0
end

local function has_instance(txn)
  if is_true(txn.f:stopping()) then return true end
  local backend = txn.c:field(txn:get_var("txn.entry"), 1, "/")
  return (tonumber(txn.c:nbsrv(backend)) or 0) > 0
end

core.register_action("wait_for_door", { "http-req" }, function(txn) hold(txn, is_open) end)
core.register_action("wait_for_instance", { "http-req" }, function(txn) hold(txn, has_instance) end)
`

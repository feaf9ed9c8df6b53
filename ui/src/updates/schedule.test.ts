import { describe, expect, it } from "vitest";
import { isTime, readSchedule, scheduleWords, windowWords, writeSchedule } from "./schedule";

describe("a schedule", () => {
  it("is read from cron and written back as it was", () => {
    for (const cron of ["0 4 * * *", "30 23 * * 1", "5 0 * * 0", "*/20 * * * *", "0 4 1 * *"])
      expect(writeSchedule(readSchedule(cron))).toBe(cron);
    expect(writeSchedule(readSchedule(undefined))).toBeUndefined();
  });
  it("knows the few that most people want", () => {
    expect(readSchedule("0 4 * * *")).toEqual({ kind: "daily", time: "04:00" });
    expect(readSchedule("15 13 * * sun")).toEqual({ kind: "weekly", day: 7, time: "13:15" });
    expect(readSchedule("0 4 * * 7")).toEqual({ kind: "weekly", day: 7, time: "04:00" });
    expect(readSchedule("0 24 * * *").kind).toBe("own");
    expect(readSchedule("0 4 * * 8").kind).toBe("own");
    expect(readSchedule("0 4 * * * *").kind).toBe("own");
  });
  it("is said in words, or not at all", () => {
    expect(scheduleWords(undefined)).toBe("Never by itself");
    expect(scheduleWords("0 4 * * *")).toBe("Every day at 04:00");
    expect(scheduleWords("0 4 * * 1")).toBe("Every Monday at 04:00");
    expect(scheduleWords("0 0 * * 0")).toBe("Every Sunday at 00:00");
    expect(scheduleWords("*/20 * * * *")).toBe("Every 20 minutes");
    expect(scheduleWords("7 */6 * * *")).toBe("Every 6 hours, at minute 7");
    expect(scheduleWords("7 * * * *")).toBe("Every hour, at minute 7");
    expect(scheduleWords("30 2 15 * *")).toBe("On day 15 of each month at 02:30");
    expect(scheduleWords("0 4 * * 1-5")).toBe("From Monday to Friday at 04:00");
    for (const cron of ["0 4 1 1 *", "0,30 4 * * *", "0 4 * * 1,3", "nonsense", ""])
      expect(scheduleWords(cron), cron).toBeUndefined();
  });
});

it("tells times of the day from other text", () => {
  for (const good of ["0:00", "04:30", "23:59"]) expect(isTime(good), good).toBe(true);
  for (const bad of ["", "24:00", "4", "4:5", "04:60", "4pm"]) expect(isTime(bad), bad).toBe(false);
});

it("says when a window is open", () => {
  expect(windowWords({ days: [], from: "03:00", to: "05:30" })).toBe("Every day, 03:00 to 05:30");
  expect(windowWords({ days: [7], from: "3:00", to: "5:00" })).toBe("Sunday, 3:00 to 5:00");
  expect(windowWords({ days: [1, 6, 7], from: "23:00", to: "01:00" })).toBe(
    "Monday, Saturday and Sunday, 23:00 to 01:00",
  );
});

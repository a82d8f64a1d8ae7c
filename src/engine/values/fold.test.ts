import { describe, expect, test } from "vitest";
import { foldText } from "./fold.ts";

describe("case folding", () => {
  test("V17 letters fold one by one, whatever stands beside them", () => {
    expect(foldText("ΣΊΣΥΦΟΣ")).toBe("σίσυφοσ");
    expect(foldText("ς")).toBe("σ");
    expect(foldText("\u212a\u017f")).toBe("ks");
    expect(foldText("ẞß")).toBe("ßß");
    expect(foldText("𐐀")).toBe("𐐨");
    expect(foldText("Ǆǅǆ")).toBe("ǆǆǆ");
  });

  test("V17 what folds only in full, or only in Turkish, stays", () => {
    expect(foldText("İ")).toBe("İ");
    expect(foldText("ı")).toBe("ı");
    expect(foldText("ﬁ")).toBe("ﬁ");
    expect(foldText("e\u0301")).toBe("e\u0301");
  });

  test("V17 over all of Unicode, two letters fold alike exactly where the platform's own folding says so", () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const letter = String.fromCodePoint(code);
      const folded = foldText(letter);
      if (folded === letter) continue;
      expect(foldText(folded)).toBe(folded);
      expect(new RegExp(`^\\u{${code.toString(16)}}$`, "iu").test(folded)).toBe(true);
    }
  });

  test("V17 letters that the platform's folding holds together fold alike", () => {
    for (let code = 0; code <= 0x1ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const letter = String.fromCodePoint(code);
      for (const other of [letter.toLowerCase(), letter.toUpperCase()]) {
        if (other === letter || [...other].length !== 1) continue;
        const same = new RegExp(`^\\u{${code.toString(16)}}$`, "iu").test(other);
        expect([letter, foldText(letter) === foldText(other)]).toEqual([letter, same]);
      }
    }
  });
});

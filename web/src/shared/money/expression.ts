import { readFigure, type FigureRefusal } from "./figure";
import { SIGN_WAS_HERE } from "./currency";
import type { Separators } from "./separators";

/** An exact fraction; `under` is positive. */
export type Exact = { over: bigint; under: bigint };

export type ExpressionRefusal = FigureRefusal | "decimals" | "division" | "brackets";

/** A value on its way through the sum. */
type Term = Exact & {
  /** Has digits that its commodity lacks, and nothing multiplied or divided them away. */
  loose: boolean;
};

const OPERAND = new RegExp(`[0-9., '${SIGN_WAS_HERE}]+`, "y");
const OUTER = new RegExp(`^[ ${SIGN_WAS_HERE}]+|[ ${SIGN_WAS_HERE}]+$`, "g");

class Refused extends Error {
  readonly refusal: ExpressionRefusal;
  constructor(refusal: ExpressionRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/**
 * The exact value of `+ - * / ( )` over figures, in plain signs. Factors may have any number of
 * digits after the point; what is only added may have `scale`, because rounding belongs to `*` and
 * `/` alone. A single figure in brackets is refused: alone it would mean minus, in a sum it wouldn't.
 */
export function calculate(
  text: string,
  separators: Separators,
  scale: number,
): Exact | ExpressionRefusal {
  try {
    const value = new Calculation(text, separators, scale).all();
    return value.loose ? "decimals" : value;
  } catch (error) {
    if (error instanceof Refused) {
      return error.refusal;
    }
    throw error;
  }
}

class Calculation {
  private at = 0;
  private readonly text: string;
  private readonly separators: Separators;
  private readonly scale: number;

  constructor(text: string, separators: Separators, scale: number) {
    this.text = text;
    this.separators = separators;
    this.scale = scale;
  }

  all(): Term {
    const value = this.sum();
    if (this.next() !== "") {
      throw new Refused("unreadable");
    }
    return value;
  }

  private sum(): Term {
    let left = this.product();
    for (let sign = this.next(); sign === "+" || sign === "-"; sign = this.next()) {
      this.at += 1;
      if (this.next() === "+" || this.next() === "-") {
        throw new Refused("unreadable"); // `5--3` is a slip more often than a sum
      }
      const right = this.product();
      const over = right.over * left.under;
      left = {
        over: left.over * right.under + (sign === "+" ? over : -over),
        under: left.under * right.under,
        loose: left.loose || right.loose,
      };
    }
    return left;
  }

  private product(): Term {
    let left = this.factor();
    for (let sign = this.next(); sign === "*" || sign === "/"; sign = this.next()) {
      this.at += 1;
      const right = this.factor();
      left = { ...(sign === "*" ? multiplied(left, right) : divided(left, right)), loose: false };
    }
    return left;
  }

  private factor(): Term {
    const sign = this.next();
    if (sign === "+" || sign === "-") {
      this.at += 1;
      const value = this.unsigned();
      return sign === "-" ? { ...value, over: -value.over } : value;
    }
    return this.unsigned();
  }

  private unsigned(): Term {
    return this.next() === "(" ? this.bracketed() : this.operand();
  }

  private bracketed(): Term {
    this.at += 1;
    const from = this.at;
    const value = this.sum();
    if (this.next() !== ")") {
      throw new Refused("unreadable");
    }
    if (!/[-+*/(]/.test(this.text.slice(from, this.at))) {
      throw new Refused("brackets");
    }
    this.at += 1;
    return value;
  }

  private operand(): Term {
    OPERAND.lastIndex = this.at;
    const found = OPERAND.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    const figure = readFigure(found.replace(OUTER, ""), this.separators);
    if (typeof figure === "string") {
      throw new Refused(figure);
    }
    return {
      over: figure.value,
      under: 10n ** BigInt(figure.decimals),
      loose: figure.decimals > this.scale,
    };
  }

  /** The next sign; empty at the end. */
  private next(): string {
    while (this.text[this.at] === " " || this.text[this.at] === SIGN_WAS_HERE) {
      this.at += 1;
    }
    return this.text[this.at] ?? "";
  }
}

function multiplied(left: Exact, right: Exact): Exact {
  return { over: left.over * right.over, under: left.under * right.under };
}

function divided(left: Exact, right: Exact): Exact {
  if (right.over === 0n) {
    throw new Refused("division");
  }
  const sign = right.over < 0n ? -1n : 1n;
  return { over: sign * left.over * right.under, under: sign * left.under * right.over };
}

// Whether two values are the same letter by letter, as JSON would write them, without writing either.

/** The members of both stand in the same order, too. */
export function isSame(one: unknown, other: unknown): boolean {
  // Only where they seem to differ the texts decide: JSON leaves out what is undefined.
  return isAlike(one, other) || JSON.stringify(one) === JSON.stringify(other)
}

function isAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Array.isArray(one)) return Array.isArray(other) && areAlike(one, other)
  if (Array.isArray(other)) return false
  const names = Object.keys(one)
  const others = Object.keys(other)
  if (names.length !== others.length) return false
  for (const [index, name] of names.entries()) {
    if (name !== others[index] || !isAlike(one[name as never], other[name as never])) return false
  }
  return true
}

function areAlike(ones: readonly unknown[], others: readonly unknown[]): boolean {
  if (ones.length !== others.length) return false
  for (let index = 0; index < ones.length; index++) if (!isAlike(ones[index], others[index])) return false
  return true
}

/**
 * Tries operations one after the other.
 *
 * @param missing the error that says of what could have been reached that it is not there.
 * @returns the names of those that were allowed, in alphabetical order.
 * @throws what fails for another reason than that it is denied.
 */
export async function allowedOf<Name extends string>(
  operations: Readonly<Record<Name, () => Promise<unknown>>>,
  missing?: string,
): Promise<Name[]> {
  const allowed: Name[] = [];
  for (const name of Object.keys(operations) as Name[]) {
    try {
      await operations[name]();
      allowed.push(name);
    } catch (error) {
      const reason = (error as Error).name;
      if (reason === missing) allowed.push(name);
      else if (!reason.startsWith('AccessDenied')) throw error;
    }
  }
  return allowed.sort();
}

// JSON as a council system, a provider and a training office send it. docs/formats/council-json.md.

const who = (person) => ({
  nhsNumber: person.nhsNumber, dateOfBirth: person.dateOfBirth,
  familyName: person.familyName, givenName: person.givenName,
});

export const message = (type, { id, at, person, actingPerson, ...rest }) => ({
  id, type, sentAt: at.toISOString(),
  ...(person && { person: who(person) }),
  ...(actingPerson && { actingPerson }),
  ...rest,
});

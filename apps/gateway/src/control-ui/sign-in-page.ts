/** Where the page of an agent has what is ours. */
export const signInPath = '/clawhold/sign-in';
export const signInScriptPath = '/clawhold/sign-in.js';

export const signInPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Clawhold</title>
<p id="say">This page needs a link: npx clawhold agent ui NAME</p><script src="${signInScriptPath}"></script></html>
`;

/** Takes the ticket out of the address before anything else can see it. */
export const signInScript = `const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
history.replaceState(null, '', '/');
if (ticket !== null) {
  const say = document.querySelector('#say');
  fetch('${signInPath}', { method: 'POST', body: ticket }).then(
    (answer) => {
      if (answer.ok) location.replace('/');
      else say.textContent = 'This link was used already or is too old. Get a new one: npx clawhold agent ui NAME';
    },
    () => { say.textContent = 'The platform does not answer. See how it is with: npx clawhold status'; },
  );
}
`;

import type { HostPattern } from '../host/host-pattern.ts';

/**
 * Domains below which anybody can have a name of their own, by registering it or with an account of the service: a few of
 * the Public Suffix List's, those that agents meet. `*` is a label that the operator of the domain chooses (a region).
 */
const shared: readonly string[] = [
  // Registries of countries.
  'co.uk org.uk me.uk ltd.uk plc.uk com.au net.au org.au id.au co.nz net.nz org.nz co.jp or.jp ne.jp co.kr or.kr',
  'com.br net.br org.br com.cn net.cn org.cn com.hk org.hk com.tw org.tw com.sg com.my co.in net.in org.in co.za',
  'com.mx com.ar com.tr co.il com.ua com.pl co.th com.vn co.id com.ph com.sa com.eg com.co com.pe co.ke com.ng',
  // Pages and programs of whoever has an account.
  'github.io gitlab.io pages.dev workers.dev vercel.app now.sh netlify.app herokuapp.com onrender.com fly.dev',
  'web.app firebaseapp.com appspot.com *.appspot.com *.run.app cloudfunctions.net azurewebsites.net',
  'azurestaticapps.net *.azurestaticapps.net *.azurecontainerapps.io cloudapp.net *.cloudapp.azure.com amplifyapp.com',
  'awsapprunner.com *.awsapprunner.com *.elasticbeanstalk.com *.on.aws glitch.me replit.app replit.dev repl.co',
  'surge.sh deno.dev hf.space streamlit.app supabase.co blogspot.com wordpress.com wixsite.com weebly.com tumblr.com',
  'myshopify.com notion.site webflow.io codeberg.page readthedocs.io ngrok.io ngrok.app ngrok-free.app loca.lt',
  'trycloudflare.com serveo.net',
  // Files, doors and networks of customers.
  's3.amazonaws.com s3.*.amazonaws.com s3.dualstack.*.amazonaws.com s3-website.*.amazonaws.com',
  's3-accesspoint.*.amazonaws.com execute-api.*.amazonaws.com lambda-url.*.on.aws *.elb.amazonaws.com cloudfront.net',
  'compute.amazonaws.com *.compute.amazonaws.com storage.googleapis.com blob.core.windows.net web.core.windows.net',
  'file.core.windows.net azureedge.net azurefd.net azure-api.net r2.dev r2.cloudflarestorage.com',
  '*.digitaloceanspaces.com ondigitalocean.app backblazeb2.com *.backblazeb2.com *.linodeobjects.com b-cdn.net',
].flatMap((line) => line.split(' '));

/** The domain of strangers among those that a wildcard stands for; undefined when there is none. */
export function sharedDomain({ glob, source }: HostPattern): string | undefined {
  if (glob === null) return undefined;
  const labels = source.split('.');
  return shared.find((domain) => {
    const spelt = domain.split('.');
    // As a stranger would have it, in one region and another.
    if (['a-1', 'eu-west-1'].some((region) => glob.matches(`stranger.${domain.replaceAll('*', region)}`))) return true;
    // Where a part of the name is given, whoever wants it registers the rest.
    const tail = labels.slice(-spelt.length);
    const below = labels.at(-spelt.length - 1) ?? '';
    return (
      labels.length > spelt.length &&
      /[*?]/.test(below) &&
      spelt.every((label, at) => label === '*' || label === tail[at] || tail[at] === '*')
    );
  });
}

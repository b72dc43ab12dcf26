<h3>Your proxies</h3>
{if $fault}<div class="alert alert-warning">{$fault|escape}</div>{/if}
<table class="table">
  <tbody>
    <tr><th scope="row">Host</th><td><code>{$host|escape}</code></td></tr>
    <tr><th scope="row">Port</th><td><code>{$port|escape}</code> (HTTP and SOCKS5)</td></tr>
    <tr><th scope="row">Username</th><td><code>{$proxyUsername|escape}</code></td></tr>
    <tr><th scope="row">Password</th><td><code>{$proxyPassword|escape}</code></td></tr>
    {if $state}<tr><th scope="row">State</th><td>{$state|escape}</td></tr>{/if}
    {if $used}
      <tr><th scope="row">Used this month</th><td>{$used|escape}</td></tr>
      <tr><th scope="row">Left</th><td>{$left|escape}</td></tr>
    {/if}
  </tbody>
</table>
<p><a class="btn btn-primary" href="{$signOn|escape}" target="_blank" rel="noopener">Open the proxy portal</a></p>

using System.Text.Json;
using System.Text.Json.Serialization;
using AtlanticProxy.Host.Demo;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Serving;

/// <summary>
/// What is written, when all is ready, for scripts that started the appliance. The logins are the demonstration's.
/// </summary>
/// <param name="PortalHttps">The portal inside TLS, when it serves HTTPS itself.</param>
/// <param name="ProxyTls">The mixed port inside TLS, when there is one.</param>
/// <param name="Shadowsocks">The Shadowsocks port, when there is one.</param>
/// <param name="StickyPorts">The ports that stand for a proxy user, when there are any.</param>
internal sealed record ReadyFile(
    string Portal, string? PortalHttps, string Proxy, string? ProxyTls, string? Shadowsocks,
    IReadOnlyList<StickyPorts>? StickyPorts,
    PortalLogin? Admin, PortalLogin? Customer, ReadyFile.ProxyLogin? ProxyUser, string Data, int Pid)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    internal sealed record ProxyLogin(string Username, string Password)
    {
        public override string ToString() => Username;
    }

    public void Write(string file) => PrivateFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(this, Format));

    /// <summary>The same for people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"AtlanticProxy is running. Portal {Portal}, proxy {Proxy}, data {Data}";
        if (PortalHttps is not null)
            yield return $"  portal HTTPS  {PortalHttps}";
        if (ProxyTls is not null)
            yield return $"  inside TLS    {ProxyTls}";
        if (Shadowsocks is not null)
            yield return $"  Shadowsocks   {Shadowsocks}";
        foreach (var sticky in StickyPorts ?? [])
            yield return $"  sticky ports  {sticky.Ports} for "
                + $"{sticky.ProxyUser}{(sticky.Targeting.Length > 0 ? $" with {sticky.Targeting}" : "")}";
        if (Admin is null || Customer is null || ProxyUser is null)
            yield break;
        yield return "";
        yield return $"  admin     {Admin.Email}  {Admin.Password}";
        yield return $"  customer  {Customer.Email}  {Customer.Password}";
        yield return "";
        yield return "Try it:";
        yield return $"  curl -x http://{ProxyUser.Username}:{ProxyUser.Password}@{Proxy} http://exit.test/";
        yield return $"  curl -p -x http://{ProxyUser.Username}-country-de-session-a1:{ProxyUser.Password}@{Proxy} "
            + "http://exit.test/";
        yield return "";
        yield return "Ctrl-C stops all of it.";
    }
}

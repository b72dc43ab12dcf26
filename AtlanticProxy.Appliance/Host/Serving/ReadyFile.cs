using System.Text.Json;
using System.Text.Json.Serialization;
using AtlanticProxy.Host.Demo;

namespace AtlanticProxy.Host.Serving;

/// <summary>What is written, when all is ready, for scripts that started the appliance. The logins are the demonstration's.</summary>
internal sealed record ReadyFile(string Portal, string Proxy, PortalLogin? Admin, PortalLogin? Customer, ReadyFile.ProxyLogin? ProxyUser, string Data, int Pid)
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
        if (Admin is null || Customer is null || ProxyUser is null)
            yield break;
        yield return "";
        yield return $"  admin     {Admin.Email}  {Admin.Password}";
        yield return $"  customer  {Customer.Email}  {Customer.Password}";
        yield return "";
        yield return "Try it:";
        yield return $"  curl -x http://{ProxyUser.Username}:{ProxyUser.Password}@{Proxy} http://exit.test/";
        yield return $"  curl -p -x http://{ProxyUser.Username}-country-de-session-a1:{ProxyUser.Password}@{Proxy} http://exit.test/";
        yield return "";
        yield return "Ctrl-C stops all of it.";
    }
}

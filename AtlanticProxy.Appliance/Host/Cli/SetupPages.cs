using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AtlanticProxy.Host.Configuration;

namespace AtlanticProxy.Host.Cli;

/// <summary>Where the setup page is, as far as the settings tell.</summary>
internal static class SetupPages
{
    private const string Path = "/setup";

    public static IReadOnlyList<string> Of(Settings settings)
    {
        var pages = new List<string>();
        if (settings.CertificateSource != Web.CertificateSource.None && settings.Portal.HostName.Length > 0)
        {
            int port = IPEndPoint.Parse(settings.PortalListener.HttpsListen).Port;
            pages.Add(new UriBuilder(Uri.UriSchemeHttps, settings.Portal.HostName, port, Path).Uri.AbsoluteUri);
        }
        var endpoint = settings.PortalListener.Endpoint;
        bool isEverywhere = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        pages.AddRange((isEverywhere ? OwnAddresses() : [endpoint.Address])
            .Select(address => $"{Uri.UriSchemeHttp}://{new IPEndPoint(address, endpoint.Port)}{Path}"));
        return pages;
    }

    public static bool AreHereOnly(IReadOnlyList<string> pages) => pages.All(page => new Uri(page).IsLoopback);

    /// <summary>What reaches a portal that listens on loopback.</summary>
    public static IReadOnlyList<string> HowFromElsewhere(Settings settings)
    {
        int port = settings.PortalListener.Endpoint.Port;
        return
        [
            "The portal listens on this machine only. From yours, first run",
            $"  ssh -L {port}:127.0.0.1:{port} root@THIS-SERVER",
            "and leave it open.", "",
        ];
    }

    /// <summary>Those that a browser elsewhere may reach; loopback where there are none.</summary>
    private static List<IPAddress> OwnAddresses()
    {
        var found = NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            .ToList();
        return found.Count > 0 ? found : [IPAddress.Loopback];
    }
}

using System.Net;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AtlanticProxy.Host.Certificates;

/// <summary>The portal's listeners and their certificate.</summary>
internal static class PortalHttps
{
    public static IServiceCollection AddPortalCertificate(this IServiceCollection services) => services
        .AddSingleton<AcmeFolder>().AddSingleton<IAcmeClient, Lego>().AddSingleton<AcmeRenewal>()
        .AddSingleton<INameLookup, SystemNames>().AddSingleton<NameCheck>().AddSingleton<ResellerNames>()
        .AddSingleton<PortalCertificate>()
            .AddSingleton<IPortalCertificate>(provider => provider.GetRequiredService<PortalCertificate>());

    /// <summary>HTTP where it always was, HTTPS, and what leads there from the port that browsers try first.</summary>
    public static void ListenAsPortal(this KestrelServerOptions kestrel, Settings settings)
    {
        var portal = settings.PortalListener;
        kestrel.Listen(portal.Endpoint);
        if (portal.HttpsListen.Length > 0)
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<PortalCertificate>();
            kestrel.Listen(IPEndPoint.Parse(portal.HttpsListen), listen => listen.UseHttps(
                new TlsHandshakeCallbackOptions { OnConnection = client => ValueTask.FromResult(
                    certificate.ForHandshake(client.ClientHelloInfo.ServerName)) }));
        }
        if (portal.HttpListen.Length > 0 && portal.HttpListen != portal.Listen)
            kestrel.Listen(IPEndPoint.Parse(portal.HttpListen), listen => listen.Use(next => connection =>
            {
                connection.Features.Set(new PlainHttpPort());
                return next(connection);
            }));
    }
}

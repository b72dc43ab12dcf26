using System.Net;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Web;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Two connections that are always open, and nothing with another target.</summary>
internal sealed class StandingConnections : ILiveConnections
{
    public Task<LiveLook> LookAsync(
        OpenConnectionFilter filter, OpenConnectionOrder order, int most, CancellationToken cancellation)
    {
        OpenConnection[] open = filter.Target is null
            ? [Connection(1, "a-very-long-name-of-a-content-delivery-network.eu-central-1.cdn.example"), Connection(2, "")]
            : [];
        return Task.FromResult(new LiveLook(new OpenConnections(open, open.Length, open.Length), 0));
    }

    public Task<int> CutAsync(IReadOnlySet<long> ids, CancellationToken cancellation) => Task.FromResult(ids.Count);

    private static OpenConnection Connection(long id, string host) => new()
    {
        Id = id, ProxyUserId = 1, CustomerId = 1, ProxyUser = FilledPortal.ProxyUser,
        ClientAddress = IPAddress.Parse("2001:db8:85a3::8a2e:370:7334"), Host = host, Port = host.Length == 0 ? 0 : 443,
        ProviderId = 1, Country = "us", Age = TimeSpan.FromHours(3), BytesUp = 123_456, BytesDown = 987_654_321,
        Speed = 12_345_678,
    };
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Udp;

[TestClass]
public sealed class UdpInsideTlsTests
{
    [TestMethod]
    public async Task UdpAssociate_InsideTls_RelaysDatagramsBesideIt()
    {
        using var certificate = new TestCertificate();
        await using var engine = EngineUnderTest.Start(options =>
        {
            options.Tls.Add("127.0.0.1:0");
            options.TlsCertificateFile = certificate.File;
        });
        using var echo = new UdpEcho();
        using var datagrams = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using (var client = await TlsClient.ConnectAsync(engine.Engine.TlsEndpoints[0]))
        {
            await client.SendAsync([5, 1, 2]);
            await client.ReadAsync(2);
            await client.SendAsync([1, 5, .. "alice"u8, 6, .. "secret"u8]);
            await client.ReadAsync(2);
            await client.SendAsync([5, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
            byte[] reply = await client.ReadAsync(10);
            Assert.AreEqual(0, reply[1]);
            var relay = new IPEndPoint(new IPAddress(reply.AsSpan(4, 4)), reply[8] << 8 | reply[9]);
            Assert.AreEqual(IPAddress.Loopback, relay.Address);

            byte[] datagram = [0, 0, 0, 1, 127, 0, 0, 1, (byte)(echo.Endpoint.Port >> 8), (byte)echo.Endpoint.Port, .. "ping"u8];
            await datagrams.SendAsync(datagram, relay);
            var answer = await datagrams.ReceiveAsync();
            Assert.AreEqual("ping", Encoding.ASCII.GetString(answer.Buffer.AsSpan(10)));
        }
        await Poll.UntilAsync(() =>
            engine.Engine.OpenConnections == 0 && engine.Usage.BytesUp == 4 && engine.Usage.BytesDown == 4);
    }
}

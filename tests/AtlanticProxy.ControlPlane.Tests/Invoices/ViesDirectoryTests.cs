using System.Net;
using System.Text;
using AtlanticProxy.ControlPlane.Invoices;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Invoices;

[TestClass]
public sealed class ViesDirectoryTests
{
    private sealed class Directory(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.PathAndQuery);
            return answer(cancellationToken);
        }
    }

    private static Directory Saying(HttpStatusCode status, string body) =>
        new(_ => Task.FromResult(new HttpResponseMessage(status)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    }));

    [TestMethod]
    [DataRow(200, """{"isValid": true, "userError": "VALID", "name": "x"}""", VatAnswer.Registered)]
    [DataRow(200, """{"isValid": false, "userError": "INVALID"}""", VatAnswer.NotRegistered)]
    [DataRow(200, """{"isValid": false, "userError": "MS_UNAVAILABLE"}""", VatAnswer.Unknown)]
    [DataRow(200, "<html>", VatAnswer.Unknown)]
    [DataRow(503, "", VatAnswer.Unknown)]
    public async Task Vies_Asked_SaysWhatItsAnswerMeans(int status, string body, VatAnswer expected)
    {
        using var handler = Saying((HttpStatusCode)status, body);
        using var vies = new ViesDirectory(TimeProvider.System, handler);

        Assert.AreEqual(expected, await vies.AskAsync("EL123456789", default));

        Assert.AreEqual("/taxation_customs/vies/rest-api/ms/EL/vat/123456789", handler.Asked.Single());
    }

    [TestMethod]
    public async Task Vies_ThatDoesNotAnswer_IsLeftAfterAWhile()
    {
        var time = new FakeTimeProvider();
        using var handler = new Directory(async stop =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            stop.ThrowIfCancellationRequested();
            return await Task.FromResult(new HttpResponseMessage());
        });
        using var vies = new ViesDirectory(time, handler);

        Assert.AreEqual(VatAnswer.Unknown, await vies.AskAsync("FR12345678901", default));
    }

    [TestMethod]
    public async Task Vies_AskedBySomebodyWhoLeaves_EndsWithThem()
    {
        using var vies = new ViesDirectory(TimeProvider.System);

        await Assert.ThrowsAsync<OperationCanceledException>(() => vies.AskAsync("FR12345678901", new CancellationToken(true)));
    }
}

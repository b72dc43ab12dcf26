using System.Net;
using System.Text;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Security;

[TestClass]
public sealed class FormBodyTests
{
    private const string Form = "application/x-www-form-urlencoded", Parts = "multipart/form-data; boundary=x";

    public static IEnumerable<(string Name, string Type, string Body)> Bodies =>
    [
        ("a NUL in a value", Form, "Email=a%00b&Password=x"),
        ("too many fields", Form, string.Join('&', Enumerable.Range(0, 3000).Select(i => $"k{i}=1"))),
        ("a name that is too long", Form, new string('k', 100_000) + "=1"),
        ("no boundary", "multipart/form-data", "x"),
        ("parts that end early", Parts, "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb"),
        ("parts without a head", Parts, "--x\r\nnonsense"),
    ];

    [TestMethod]
    [DynamicData(nameof(Bodies))]
    public async Task Body_ThatTheReaderRefuses_IsAnsweredWithAPage(
        string name, string type, string body)
    {
        var portal = await SeededPortal.SharedAsync();
        using var anyone = portal.Anyone();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        foreach (var (visitor, path) in new[] { (anyone, "/sign-in"), (owner, "/admin/customers/new") })
            foreach (bool saysItsLength in new[] { true, false })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ContentOf(type, body) };
                request.Headers.TransferEncodingChunked = !saysItsLength;
                using var response = await visitor.Http.SendAsync(request);

                Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode,
                    $"{name}, {path}, says its length: {saysItsLength}");
                Assert.Contains("<h1>", await response.Content.ReadAsStringAsync());
            }
    }

    [TestMethod]
    public async Task Body_OfOneLongField_IsReadUpToThePromisedLength()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        var answer = await visitor.PostAsync("/sign-in", new() { ["Email"] = new string('x', 9_000_000) });

        Assert.Contains("Enter your password.", answer.Text);
    }

    [TestMethod]
    public async Task Body_ThatTheServerRefusesWhileItIsRead_IsAnsweredAsTheServerSays()
    {
        var app = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        app.UseFormBodies();
        var context = new DefaultHttpContext();
        context.Request.ContentType = Form;
        context.Request.Body = new RefusedBody();

        await app.Build()(context);

        Assert.AreEqual(StatusCodes.Status413PayloadTooLarge, context.Response.StatusCode);
        Assert.IsTrue(FormBodies.WasUnreadable(context));
    }

    /// <summary>As Kestrel's, when more comes than a body may have.</summary>
    private sealed class RefusedBody : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
    }

    private static ByteArrayContent ContentOf(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}

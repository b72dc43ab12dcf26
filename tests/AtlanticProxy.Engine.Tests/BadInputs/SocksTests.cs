using System.Text;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>docs/bad-inputs.md, row 14.</summary>
[TestClass]
public sealed class SocksTests : BadInputTest
{
    private const string Greeting = "\u0005\u0001\u0002", Credentials = "\u0001\u0005alice\u0006secret",
    Welcome = "\u0005\u0002\u0001\0";

    [TestMethod]
    [DataRow("\u0005\0", "\u0005\u00ff", DisplayName = "zero methods")]
    [DataRow("\u0005\u0001\u0001", "\u0005\u00ff", DisplayName = "GSSAPI only")]
    [DataRow("\u0005\u0001\0", "\u0005\u00ff", DisplayName = "no authentication, where it is needed")]
    public async Task Greeting_WithoutAUsableMethod_IsNoAcceptableMethod(string said, string answer)
    {
        Assert.AreEqual(Show(answer), Show(await SayAsync(said)));
    }

    [TestMethod]
    [DataRow("\u0001\u0005alice\u0005wrong", DisplayName = "wrong password")]
    [DataRow("\u0001\u0005nobod\u0005wrong", DisplayName = "unknown user")]
    [DataRow("\u0001\0\0", DisplayName = "both empty")]
    public async Task Credentials_ThatAreWrong_FailAndEnd(string credentials)
    {
        string answer = await SayAsync(Greeting + credentials);

        StringAssert.StartsWith(answer, "\u0005\u0002\u0001");
        Assert.AreEqual(4, answer.Length);
        Assert.AreNotEqual('\0', answer[3]);
    }

    [TestMethod]
    [DataRow("\u0005\u0002\0\u0001\u007f\0\0\u0001\0\u0050", 7, DisplayName = "BIND")]
    [DataRow("\u0005\u0009\0\u0001\u007f\0\0\u0001\0\u0050", 7, DisplayName = "unknown command")]
    [DataRow("\u0005\u0001\0\u0009\u007f\0\0\u0001\0\u0050", 8, DisplayName = "unknown address type")]
    [DataRow("\u0005\u0001\0\u0003\0\0\u0050", 1, DisplayName = "empty name")]
    [DataRow("\u0005\u0001\0\u0001\u007f\0\0\u0001\0\0", 1, DisplayName = "port 0")]
    [DataRow("\u0005\u0001\0\u0003\u0003\0\r\n\0\u0050", 1, DisplayName = "a name that is none")]
    [DataRow("\u0005\u0001\0\u0003\u0005::1%1\0\u0050", 1, DisplayName = "an IPv6 address with a scope")]
    [DataRow("\u0005\u0001\0\u0003\u0004::g1\0\u0050", 1, DisplayName = "an IPv6 address that is none")]
    [DataRow("\u0005\u0001\0\u0003\u0003::1\0\u0050", 2, DisplayName = "this machine, by its IPv6 address as a name")]
    [DataRow("\u0005\u0001\0\u0001\u000a\0\0\u0001\0\u0050", 2, DisplayName = "private address")]
    public async Task Command_ThatCannotBe_HasItsReply(string command, int reply)
    {
        string answer = await SayAsync(Greeting + Credentials + command);

        Assert.AreEqual(Show(Welcome + "\u0005" + (char)reply), Show(answer[..Math.Min(6, answer.Length)]));
        Assert.AreEqual(Welcome.Length + 10, answer.Length, "A whole reply: version, code, reserved, type, 4 bytes, port.");
    }

    [TestMethod]
    [DataRow("\u0005", "", DisplayName = "half a greeting")]
    [DataRow("\u0005\u0005\u0002", "", DisplayName = "fewer methods than said")]
    [DataRow("\u0005\u0001\u0002\u0001\u0005al", "\u0005\u0002", DisplayName = "half the credentials")]
    [DataRow("\u0005\u0001\u0002\u0001\u0005alice\u0006secret\u0005\u0001\0\u0001\u007f", Welcome,
        DisplayName = "half a command")]
    public async Task Frame_CutShort_IsClosedInTimeWithoutAnotherWord(string said, string answer)
    {
        using var client = await RawClient.ConnectAsync(Proxy);
        await client.SendAsync(said);
        Assert.AreEqual(Show(answer), Show(Encoding.Latin1.GetString(await client.ReadAsync(answer.Length))));

        await PassAsync(HeadTimeout / 2);
        Assert.IsFalse(client.HasSomething, "the rest may still come");
        await PassAsync(HeadTimeout / 2);

        Assert.AreEqual("", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task Frame_AsLongAsItCanBe_IsReadWhole()
    {
        string methods = new string('\u0080', 254) + '\u0002', longest = new('a', 255);
        Assert.AreEqual(Show("\u0005\u0002\u0001\u0001"),
            Show(await SayAsync($"\u0005\u00ff{methods}\u0001\u00ff{longest}\u00ff{longest}")));
        Assert.AreEqual(Show(Welcome + "\u0005\u0001"),
            Show((await SayAsync($"{Greeting}{Credentials}\u0005\u0001\0\u0003\u00ff{longest}\0\u0050"))[..6]));
    }

    [TestMethod]
    public async Task Frame_FollowedByWhatNobodyWaitsFor_IsAnsweredOnceAndClosed()
    {
        string answer =
            await SayAsync(Greeting + Credentials + "\u0005\u0002\0\u0001\u007f\0\0\u0001\0\u0050" + new string('x', 5000));
        Assert.AreEqual(Welcome.Length + 10, answer.Length);
        Assert.AreEqual((char)7, answer[Welcome.Length + 1]);
    }

    [TestMethod]
    [DataRow('\0'), DataRow('\u0001'), DataRow('\u0003'), DataRow('\u0006'), DataRow('0'), DataRow('{'), DataRow('\u00ff')]
    public async Task FirstByte_OfNoDialect_IsDroppedWithoutAWord(char first)
    {
        Assert.AreEqual("", await SayAsync(first + "\u0001\u0002 whatever follows"));
        Assert.AreEqual("", Origin.Received);
    }

    [TestMethod]
    [DataRow("\u0004\u0001\0\u0050\u007f\0\0\u0001\0", DisplayName = "SOCKS4")]
    [DataRow("\u0004\u0001\0\u0050\0\0\0\u0001\0exit.test\0", DisplayName = "SOCKS4a")]
    public async Task OlderVersion_IsRefusedAndClosed(string said)
    {
        string answer = await SayAsync(said);

        // Request rejected, in that version's own words.
        Assert.AreEqual(Show("\0\u005b\0\0\0\0\0\0"), Show(answer));
    }

    [TestMethod]
    [DataRow("\u0005\u0001\u0002\u0002\u0005alice\u0006secret", DisplayName = "wrong version of the credentials")]
    [DataRow("\u0005\u0001\u0002\u0001\u0005alice\u0006secret\u0004\u0001\0\u0001\u007f\0\0\u0001\0\u0050",
        DisplayName = "wrong version of the command")]
    public async Task Version_WrongInMidDialogue_EndsWithoutService(string said)
    {
        string answer = await SayAsync(said);

        Assert.IsFalse(answer.StartsWith(Welcome + "\u0005\0", StringComparison.Ordinal), Show(answer));
        Assert.AreEqual("", Origin.Received);
    }

    [TestMethod]
    public async Task Dialogue_AByteAtATime_IsServed()
    {
        using var client = await RawClient.ConnectAsync(Proxy);
        string dialogue = Greeting + Credentials + "\u0005\u0001\0\u0001\u007f\0\0\u0001" + (char)(Origin.Port >> 8)
            + (char)(Origin.Port & 0xff);

        foreach (char c in dialogue)
            await client.SendAsync(c.ToString());
        byte[] answer = await client.ReadAsync(Welcome.Length + 10);
        await client.SendAsync("hello\r\n\r\n");

        Assert.AreEqual(0, answer[5]);
        StringAssert.StartsWith(Encoding.Latin1.GetString(await client.ReadAsync(8)), "HTTP/1.1");
        Assert.AreEqual("hello\r\n\r\n", Origin.Received);
    }

    private static string Show(string bytes) => Convert.ToHexString(Encoding.Latin1.GetBytes(bytes));
}

using System.Text.Json;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>What <c>http://exit.test/</c> shows of the exit that a connection came out of.</summary>
/// <param name="Session">As the provider was told it.</param>
public sealed record ShownExit(string Exit, string Country, string State, string City, string Session, string Provider)
{
    private const string Page = "http://exit.test/";

    /// <summary>Asks with curl.</summary>
    /// <param name="options">For curl, such as <c>-p</c> for a tunnel.</param>
    public static async Task<ShownExit> AskAsync(
        RunningAppliance appliance, ProxyCredentials user, string scheme = "http", params string[] options)
    {
        var answer =
            await Tool.CurlAsync(
                [.. options, "-x", $"{scheme}://{appliance.Proxy}", "-U", $"{user.Username}:{user.Password}", Page]);
        Assert.AreEqual(0, answer.ExitCode, $"{user.Username}: {answer}");
        return Read(answer.Text);
    }

    /// <summary>Asks so many times with one curl, over one connection.</summary>
    public static async Task<IReadOnlyList<ShownExit>> AskOftenAsync(RunningAppliance appliance, ProxyCredentials user, int times)
    {
        var answer = await Tool.CurlAsync(
            ["-w", "\n", "-x", $"http://{appliance.Proxy}", "-U", $"{user.Username}:{user.Password}",
                .. Enumerable.Repeat(Page, times)]);
        Assert.AreEqual(0, answer.ExitCode, $"{answer}");
        return [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    /// <summary>
    /// What a session keeps to: two answers in a row that are the same. A tunnel may once come out elsewhere: when this machine
    /// stalls and its exit, in this process, is silent for longer than the engine waits for one, or when the session's life is
    /// just over.
    /// </summary>
    public static async Task<ShownExit> SettledAsync(Func<Task<ShownExit>> ask)
    {
        const int Answers = 4; // such a one as the second of them, and two after it
        var shown = new List<ShownExit> { await ask() };
        do
            shown.Add(await ask());
        while (shown[^1] != shown[^2] && shown.Count < Answers);
        Assert.AreEqual(shown[^2], shown[^1], string.Join('\n', shown));
        return shown[^1];
    }

    /// <summary>The status and the head of the answer to a plain request.</summary>
    public static async Task<string> AskForHeadAsync(RunningAppliance appliance, ProxyCredentials user)
    {
        using var client = await RawClient.ConnectAsync(appliance.Proxy);
        await client.SendAsync($"GET {Page} HTTP/1.1\r\nHost: exit.test\r\n{ProxyClient.Authorization(user)}\r\n");
        return await client.ReadHeadAsync();
    }

    public static ShownExit Read(string page)
    {
        try
        {
            return JsonSerializer.Deserialize<ShownExit>(page, JsonSerializerOptions.Web)!;
        }
        catch (JsonException)
        {
            throw new AssertFailedException($"This is no exit: {page}");
        }
    }
}

using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>A portal that has a mail server (which nobody asks) and a name, and what stands in its outbox.</summary>
internal static partial class MailingPortal
{
    public const string Host = "https://shop.example";

    public static async Task<SeededPortal> StartAsync(Action<PortalOptions>? configure = null)
    {
        var portal = await SeededPortal.StartAsync(configure);
        await portal.SetMailAsync();
        return portal;
    }

    public static async Task SetMailAsync(this SeededPortal portal)
    {
        Assert.IsTrue((await portal.Portal.UseAsync((SetMail set) => set.ExecuteAsync(
            new(new("127.0.0.1", 9, MailSecurity.None, "", "shop@test.example")), default))).IsSuccess);
        Assert.IsTrue((await portal.Portal.UseAsync((SetHost set) => set.ExecuteAsync(
            new("shop.example", null, false), default))).IsSuccess);
    }

    /// <summary>Mails of one kind to somebody.</summary>
    public static Task<long> CountMailsAsync(this SeededPortal portal, string recipient, string template) =>
        portal.Portal.Database.ScalarAsync<long>(
            $"select count(*) from mails where recipient = '{recipient}' and template = '{template}'");

    /// <summary>What the last mail of a kind to somebody says.</summary>
    public static Task<string> LastMailAsync(this SeededPortal portal, string recipient, string template) =>
        portal.Portal.Database.ScalarAsync<string>($"""
            select text_body from mails where recipient = '{recipient}' and template = '{template}' order by id desc limit 1
            """);

    /// <summary>Where the last such mail leads: path and query.</summary>
    public static async Task<string> MailedLinkAsync(this SeededPortal portal, string recipient, string template)
    {
        var link = Link().Match(await portal.LastMailAsync(recipient, template));
        Assert.IsTrue(link.Success, $"{template} to {recipient}");
        return link.Groups[1].Value;
    }

    /// <summary>What a link carries.</summary>
    public static string TokenOf(string link) => link.Split("token=")[1];

    [GeneratedRegex(@"https://shop\.example(/\S+token=\w+)")]
    private static partial Regex Link();
}

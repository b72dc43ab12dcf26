using System.CommandLine;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>mail set|show|test|preview</c>: how mail is sent.</summary>
internal static class MailVerbs
{
    public static Command All(CommonOptions common)
    {
        return new("mail", "How mail is sent")
        {
            new MailSet(common), new MailShow(common), new MailTest(common), new MailPreview(common),
        };
    }

    private static IEnumerable<string> Lines(MailSettings mail) =>
    [
        $"Server:   {(mail.Host is { } host ? $"{host}:{mail.Port}, {Spelling.Of(mail.Security)}" : "none: no mail is sent")}",
        $"Username: {(mail.Username.Length > 0 ? mail.Username : "-")}", $"Sender:   {mail.SenderName} <{mail.SenderAddress}>",
    ];

    /// <summary><c>mail set [--host H] [--port N] [--security S] [--username U] [--password-stdin] [--sender A]</c>.</summary>
    private sealed class MailSet : DatabaseVerb
    {
        private readonly Option<string?> _host = new("--host") { HelpName = "NAME", Description =
            "Of the server; \"\" for no mail" };
        private readonly Option<int?> _port = Values.Count("--port", $"{MailSettings.SubmissionPort} if never said", 1);
        private readonly Option<MailSecurity?> _security = Values.Choice<MailSecurity>("--security",
            "How the connection is encrypted");
        private readonly Option<string?> _username = new("--username") { HelpName = "NAME", Description = "\"\" to not sign in" };
        private readonly Option<string?> _sender = new("--sender") { HelpName = "ADDRESS", Description = "That mail comes from" };
        private readonly Option<string?> _name = new("--sender-name") { HelpName = "TEXT", Description = "\"\" for the brand" };
        private readonly PasswordInput _password;

        public MailSet(CommonOptions common)
            : base(common, "set", "Set the server that mail goes through; what is left out stays")
        {
            _password = new PasswordInput(common.Input);
            AddAll(_host, _port, _security, _username, _password.Option, _sender, _name);
        }

        protected override async Task<int> RunAsync(Call call)
        {
            var present = await call.Get<MailQueries>().SettingsAsync(call.Cancel);
            var settings = present with
            {
                Host = call.Value(_host) is { } host ? host.Length > 0 ? host : null : present.Host,
                Port = call.Value(_port) ?? present.Port, Security = call.Value(_security) ?? present.Security,
                Username = call.Value(_username) ?? present.Username, SenderAddress = call.Value(_sender)
                    ?? present.SenderAddress,
                SenderName = call.Value(_name) ?? present.SenderName,
            };
            return await call.ChangedAsync(
                call.Get<SetMail>().ExecuteAsync(new(settings, _password.Read(call.Parsed)), call.Cancel),
                async () => await call.Get<MailQueries>().SettingsAsync(call.Cancel), "mail", "set");
        }
    }

    private sealed class MailShow(CommonOptions common) : DatabaseVerb(common, "show",
        "Show how mail is sent, without the password")
    {
        protected override async Task<int> RunAsync(Call call)
        {
            var settings = await call.Get<MailQueries>().SettingsAsync(call.Cancel);
            return call.Terminal.Done(settings, Lines(settings));
        }
    }

    /// <summary><c>mail test ADDRESS</c>.</summary>
    private sealed class MailTest : DatabaseVerb
    {
        private readonly Argument<string> _to = new("ADDRESS") { Description = "Where to" };

        public MailTest(CommonOptions common) : base(common, "test", "Send a mail now, and say what the server answered") =>
            Add(_to);

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<TestMail>().ExecuteAsync(new(call.Value(_to)), call.Cancel), answer => new { to = call.Value(_to), answer },
            answer => [$"The server took it: {answer}"]);
    }

    /// <summary><c>mail preview TEMPLATE [--language en|fr]</c>.</summary>
    private sealed class MailPreview : DatabaseVerb
    {
        private readonly Argument<MailTemplate> _template = Values.ChoiceArgument<MailTemplate>("TEMPLATE", "Which mail");
        private readonly Option<string?> _language = Values.Word("--language", "en|fr", "en if left out", ["en", "fr"]);

        public MailPreview(CommonOptions common) : base(common, "preview", "Show a mail with sample values") =>
            AddAll(_template, _language);

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<PreviewMail>().ExecuteAsync(new(call.Value(_template), call.Value(_language) ?? "en"), call.Cancel),
            mail => mail, mail => [$"Subject: {mail.Subject}", "", mail.Text]);
    }
}

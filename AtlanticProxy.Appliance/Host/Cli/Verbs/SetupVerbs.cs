using System.CommandLine;
using AtlanticProxy.ControlPlane.Site;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>setup [brand|host|finish]</c>: the first run, step by step.</summary>
internal static class SetupVerbs
{
    public static Command All(CommonOptions common) => new Setup(common)
    {
        new SetupBrand(common), new SetupHost(common), new SetupFinish(common),
    };

    /// <summary><c>setup brand NAME</c>.</summary>
    private sealed class SetupBrand : DatabaseVerb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "As customers see it" };

        public SetupBrand(CommonOptions common) : base(common, "brand", "Name the service") => AddAll(_name);

        protected override Task<int> RunAsync(Call call) => ChangedAsync(call, call.Get<SetBrand>().ExecuteAsync(
            new(call.Value(_name)), call.Cancel), $"Brand: {call.Value(_name).Trim()}");
    }

    /// <summary><c>setup host NAME [--email E --agree-to-terms | --no-certificate]</c>.</summary>
    private sealed class SetupHost : DatabaseVerb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "Host name that people reach the portal by" };
        private readonly Option<string?> _email = new("--email") { HelpName = "EMAIL",
            Description = "Of the account with the certificate authority" };
        private readonly Option<bool> _agree = new("--agree-to-terms") { Description =
            "You agree to the authority's terms of service (Let's Encrypt: https://letsencrypt.org/repository/)" };
        private readonly Option<bool> _none = new("--no-certificate") { Description =
            "Ask for no certificate: a proxy in front has one, or the configuration names its files" };

        public SetupHost(CommonOptions common) : base(common, "host", "Say where people reach the portal, and get a certificate")
        {
            AddAll(_name, _email, _agree, _none);
            Validators.Add(given =>
            {
                bool none = given.GetValue(_none), some = given.GetValue(_email) is not null || given.GetValue(_agree);
                if (none == some)
                    given.AddError(none
                        ? "Give either --no-certificate, or --email and --agree-to-terms."
                        : "Give --email and --agree-to-terms for a certificate, or --no-certificate.");
            });
        }

        protected override Task<int> RunAsync(Call call)
        {
            string how = call.Value(_none) ? "without a certificate of its own" : "a certificate is asked for";
            return ChangedAsync(call, call.Get<SetHost>().ExecuteAsync(
                new(call.Value(_name), call.Value(_email), call.Value(_agree)), call.Cancel),
                $"Host: {call.Value(_name).Trim()}, {how}");
        }
    }

    /// <summary><c>setup finish</c>.</summary>
    private sealed class SetupFinish(CommonOptions common) : DatabaseVerb(common, "finish", "Close the setup page for good")
    {
        protected override Task<int> RunAsync(Call call) =>
            ChangedAsync(call, call.Get<FinishSetup>().ExecuteAsync(call.Cancel), "Setup is finished");
    }

    private static Task<int> ChangedAsync(Call call, Task<ControlPlane.Results.Result<bool>> change, string now) =>
        call.DoneAsync(change, changed => new { changed }, changed => [changed ? now : $"No changes. {now}"]);
}

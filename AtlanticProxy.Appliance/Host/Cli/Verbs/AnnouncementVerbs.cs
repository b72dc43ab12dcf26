using System.CommandLine;
using AtlanticProxy.ControlPlane.Announcements;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>announcement add|list|end</c>.</summary>
internal static class AnnouncementVerbs
{
    public static Command All(CommonOptions common) => new("announcement", "What customers are told on their pages")
    {
        new AnnouncementAdd(common), new AnnouncementList(common), new AnnouncementEnd(common),
    };

    /// <summary><c>announcement add TITLE [--text TEXT] [--plan NAME | --tag TAG] [--public] [--from TIME] [...]</c>.</summary>
    private sealed class AnnouncementAdd : DatabaseVerb
    {
        private readonly Argument<string> _title = new("TITLE") { Description = "One line" };
        private readonly Option<string?> _text = new("--text") { HelpName = "TEXT", Description = "In Markdown" };
        private readonly Option<string?> _plan = new("--plan") { HelpName = "NAME",
            Description = "Only to customers with this plan" };
        private readonly Option<string?> _tag = new("--tag") { HelpName = "TAG",
            Description = "Only to customers with this tag" };
        private readonly Option<bool> _public = new("--public")
        {
            Description = "Also on pages for people who are not signed in",
        };
        private readonly Option<DateTimeOffset?> _from = Values.Instant("--from", "When it begins; now without it");
        private readonly Option<DateTimeOffset?> _until = Values.Instant("--until", "When it ends; never without it");

        public AnnouncementAdd(CommonOptions common) : base(common, "add", "Tell customers something")
        {
            Add(_title);
            foreach (var option in new Option[] { _text, _plan, _tag, _public, _from, _until })
                Add(option);
        }

        protected override Task<int> RunAsync(Call call) => call.DoneAsync(
            call.Get<WriteAnnouncement>().ExecuteAsync(new(call.Value(_title), call.Value(_text) ?? "", call.Value(_plan),
                call.Value(_tag), call.Value(_public), call.Value(_from), call.Value(_until)), call.Cancel),
            id => new { id }, id => [$"Added announcement {Views.Id(id)}"]);
    }

    private sealed class AnnouncementList(CommonOptions common)
        : DatabaseVerb(common, "list", "List announcements, the latest first")
    {
        protected override async Task<int> RunAsync(Call call)
        {
            var now = call.Services.GetRequiredService<TimeProvider>().GetUtcNow();
            return call.Terminal.List(
                (await call.Get<AnnouncementQueries>().ListAsync(new PageRequest(size: PageRequest.MaxSize), call.Cancel)).Items,
                ("ID", a => Views.Id(a.Id)), ("TITLE", a => a.Title),
                ("FOR", a => a.Plan is { } plan ? $"plan {plan}" : a.Tag is { } tag ? $"tag {tag}" : "all"),
                ("FROM", a => Views.Minute(a.From)), ("UNTIL", a => a.Until is { } until ? Views.Minute(until) : "-"),
                ("SEEN BY", a => Views.Count(a.Seen)), ("STATE", a => Spelling.Of(a.StateAt(now))));
        }
    }

    private sealed class AnnouncementEnd : DatabaseVerb
    {
        private readonly Argument<long> _id = Values.IdArgument("As announcement list shows it");

        public AnnouncementEnd(CommonOptions common) : base(common, "end", "Stop showing an announcement") => Add(_id);

        protected override Task<int> RunAsync(Call call) => call.ChangedAsync(
            call.Get<EndAnnouncement>().ExecuteAsync(new(call.Value(_id)), call.Cancel),
            () => Task.FromResult<object?>(new { id = call.Value(_id) }), $"announcement {Views.Id(call.Value(_id))}", "ended");
    }
}

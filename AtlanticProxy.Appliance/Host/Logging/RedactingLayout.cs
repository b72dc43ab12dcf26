using System.Text;
using NLog;
using NLog.Layouts;

namespace AtlanticProxy.Host.Logging;

/// <summary>Another layout's text with its secrets masked.</summary>
internal sealed class RedactingLayout(Layout inner) : Layout
{
    protected override string GetFormattedMessage(LogEventInfo logEvent) => Redaction.Apply(inner.Render(logEvent));

    protected override void RenderFormattedMessage(LogEventInfo logEvent, StringBuilder target) =>
        target.Append(GetFormattedMessage(logEvent));
}

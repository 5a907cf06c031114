"""A session as an editor has it: open a file with a fault, look at it, mend it, close it.

Takes the program, the editor whose capabilities are declared and a folder with `bad.yaml`; prints
what the editor would show.
"""

import asyncio
import json
import pathlib
import sys

from lsprotocol import types
from pytest_lsp import client_capabilities, make_test_lsp_client


async def session(program, editor, folder):
    client = make_test_lsp_client()
    await client.start_io(program, "server")
    answer = await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(editor),
            workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="project")],
            root_uri=folder.as_uri(),
        )
    )
    file = folder / "bad.yaml"
    uri, text = file.as_uri(), file.read_text()
    published = types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
    item = types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    await client.wait_for_notification(published)
    found = list(client.diagnostics[uri])
    document = types.TextDocumentIdentifier(uri=uri)
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document,
            range=found[0].range,
            context=types.CodeActionContext(diagnostics=found),
        )
    )
    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document, position=found[0].range.start)
    )
    change = types.TextDocumentContentChangePartial(range=found[0].range, text="nginx:1.27.4")
    versioned = types.VersionedTextDocumentIdentifier(uri=uri, version=2)
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(text_document=versioned, content_changes=[change])
    )
    await client.wait_for_notification(published)
    left = len(client.diagnostics[uri])
    await client.shutdown_session()
    start = found[0].range.start
    return {
        "encoding": answer.capabilities.position_encoding,
        "pulls": answer.capabilities.diagnostic_provider is not None,
        "rules": [diagnostic.code for diagnostic in found],
        "start": [start.line, start.character],
        "actions": [action.title for action in actions],
        "versioned": all(action.edit.document_changes is not None for action in actions),
        "hover": hover.contents.value,
        "left": left,
    }


program, editor, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
print(json.dumps(asyncio.run(session(program, editor, folder))))

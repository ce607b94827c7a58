"""What a file is, its bytes decide: never its name, and never what its sender says."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest

from gongzhi.evidence import contents, rules
from gongzhi.evidence.contents import office
from gongzhi.evidence.contents.office import Swelling
from gongzhi.evidence.tests.pictures import notes_of_a_camera, scene, taken

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MP3_FRAME = bytes.fromhex("fffb9064") + bytes(40)


def look_at(content, *, most_pixels=120_000_000, **changes):
    return contents.look_at(io.BytesIO(content), declared="image/jpeg", most_pixels=most_pixels, **changes)


def packed(entries, *, compression=zipfile.ZIP_DEFLATED):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def letter(**more):
    return {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>", **more}


def box(kind, content):
    return struct.pack(">I", len(content) + 8) + kind + content


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"%PDF-1.7 a letter", "application/pdf"),
        (b"#!AMR\n" + bytes(40), "audio/amr"),
        (b"ID3\x04" + bytes(40), "audio/mpeg"),
        (MP3_FRAME, "audio/mpeg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
        (b"OggS" + bytes(24) + b"\x01vorbis", "audio/ogg"),
        (box(b"ftyp", b"M4A \0\0\0\0M4A mp42"), "audio/mp4"),
        (box(b"ftyp", b"mp42\0\0\0\0mp42isom"), "video/mp4"),
        (box(b"ftyp", b"XAVC\0\0\0\0XAVCmp42"), "video/mp4"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  "), "video/quicktime"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "video/webm"),
        (packed(letter()), WORD),
    ],
)
def test_a_film_a_sound_or_a_paper_is_known_by_its_bytes(content, content_type):
    assert look_at(content) == contents.Content(content_type)


def test_a_workbook_as_the_office_writes_it_is_taken():
    written = io.BytesIO()
    openpyxl.Workbook().save(written)
    assert look_at(written.getvalue()).content_type == EXCEL


@pytest.mark.parametrize(
    ("content", "is_"),
    [
        (b"MZ\x90\x00\x03" + bytes(60), "application/x-executable"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "application/x-executable"),
        (b"#!/bin/sh\nrm -rf /\n", "text/x-script"),
        (b"<?php system($_GET['c']); ?>", "text/x-script"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        (b"\xef\xbb\xbf \n<!-- hello --><html>", "text/html"),
        ("\ufeff<script>alert(1)</script>".encode("utf-16-le"), "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE x>\n<svg width="1">', "image/svg+xml"),
        (b'<?xml version="1.0"?><rss/>', "text/xml"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"II*\0" + bytes(20), "image/tiff"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20), "application/x-ole-storage"),
        (b"Rar!\x1a\x07\x00", "application/vnd.rar"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "video/x-msvideo"),
        (b"\x1aE\xdf\xa3\x9fB\x82\x88matroska", "video/x-matroska"),
        (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"),
        (box(b"ftyp", b"crx \0\0\0\0crx "), "application/octet-stream"),
        ("只是一段话".encode(), "text/plain"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (packed({"a.txt": "a"}), "application/zip"),
        (packed({"word/document.xml": "x"}), "application/zip"),
        (packed(letter(**{"word/vbaProject.bin": "Sub AutoOpen()"})), "application/vnd.ms-office.vbaProject"),
    ],
)
def test_what_we_do_not_keep_is_refused_with_what_it_is(content, is_):
    with pytest.raises(rules.FileKindUnknown) as refused:
        look_at(content)
    assert refused.value.facts == {"declared": "image/jpeg", "found": is_}


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("HEIF", "image/heic")],
)
def test_the_size_of_a_photograph_is_read_without_decoding_it(form, content_type):
    found = look_at(taken(form, picture=scene(402, 300)))
    assert (found.content_type, found.width, found.height) == (content_type, 402, 300)


@pytest.mark.parametrize("how", [{"progressive": True}, {"exif": notes_of_a_camera(), "comment": b"x" * 60_000}])
def test_a_jpeg_with_much_before_its_picture_has_its_size_read_too(how):
    assert look_at(taken("JPEG", **how)).width == 400


def test_a_lossless_or_transparent_webp_has_its_size_read_too():
    assert look_at(taken("WEBP", lossless=True)).height == 300
    assert look_at(taken("WEBP", picture=scene().convert("RGBA"), exif=notes_of_a_camera())).height == 300


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photograph_cut_inside_its_header_is_refused_as_damaged(form):
    with pytest.raises(rules.PictureUnreadable):
        look_at(taken(form)[:20])


def test_a_jpeg_whose_segments_lead_nowhere_is_refused_as_damaged():
    with pytest.raises(rules.PictureUnreadable):
        look_at(b"\xff\xd8\xff\xe0\x00\x04ab" * 3 + b"\xff\xda\x00\x02")
    with pytest.raises(rules.PictureUnreadable):
        look_at(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 10_000)


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused():
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    with pytest.raises(rules.PictureTooLarge) as refused:
        look_at(bomb)
    assert refused.value.facts == {"width": 50_000, "height": 50_000, "most_megapixels": 120}
    assert look_at(taken(picture=scene(100, 100)), most_pixels=10_000).width == 100


@pytest.mark.parametrize(
    ("entries", "allowed"),
    [
        ({"word/big.bin": bytes(60 << 20)}, office.USUAL),
        ({f"{number}": "" for number in range(30)}, Swelling(entries=20)),
        ({"a": b"x" * 900, "b": b"y" * 900}, Swelling(unpacked=1500)),
    ],
)
def test_a_zip_bomb_is_refused_before_anything_is_unpacked(entries, allowed):
    with pytest.raises(rules.DocumentSwells):
        look_at(packed(letter(**entries)), swelling=allowed)


def test_a_zip_bomb_that_lies_about_its_size_is_refused():
    honest = packed(letter(**{"word/big.bin": bytes(3 << 20)}))
    size = struct.pack("<I", 3 << 20)
    lying = honest.replace(size, struct.pack("<I", 1000))
    assert lying != honest
    with pytest.raises((rules.DocumentDamaged, rules.DocumentSwells)):
        look_at(lying)


def test_a_zip_bomb_whose_entries_share_their_bytes_is_refused():
    """One packed body under many names, as in the bombs that need no nesting."""
    content = packed(letter(**{"word/big.bin": bytes(4 << 20)}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.start_dir
    directory, end = content[start:-22], content[-22:]
    again = directory[directory.rindex(b"PK\x01\x02") :] * 5
    many = content[:start] + directory + again + end
    entries = struct.pack("<HHI", 8, 8, len(directory + again))
    many = many[: -22 + 8] + entries + many[-22 + 16 :]
    with zipfile.ZipFile(io.BytesIO(many)) as archive:
        assert len(archive.infolist()) == 8
    with pytest.raises(rules.DocumentSwells):
        look_at(many)


def test_a_long_list_behind_the_list_of_a_large_archive_is_not_believed():
    content = packed(letter())
    large = content[:-22] + b"PK\x06\x07" + bytes(16) + content[-22:]
    with pytest.raises(rules.DocumentDamaged):
        look_at(large)


def test_a_locked_document_is_refused():
    content = bytearray(packed(letter()))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    with pytest.raises(rules.DocumentLocked):
        look_at(bytes(content))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_document_packed_in_a_way_that_no_office_uses_is_refused_before_it_is_unpacked(how):
    """Damaged, each fails in a way of its own."""
    whole = packed(letter(), compression=how)
    damaged = bytearray(whole)
    damaged[len("[Content_Types].xml") + 30 + 9] ^= 0xFF
    for content in (whole, bytes(damaged)):
        with pytest.raises(rules.DocumentDamaged):
            look_at(content)


@pytest.mark.parametrize("cut", [60, 200, -10])
def test_a_document_that_was_cut_is_refused_as_damaged(cut):
    with pytest.raises(rules.DocumentDamaged):
        look_at(packed(letter())[:cut])
